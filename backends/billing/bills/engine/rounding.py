"""Where figures are rounded, and only here (domain/billing.md 4.1): half up, away from zero for negatives."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
ONE = Decimal(1)


def to_fen(amount: Decimal) -> Decimal:
    """Yuan to two decimals; minus zero becomes zero."""
    return amount.quantize(CENT, ROUND_HALF_UP) + 0


def to_kwh(energy: Decimal) -> int:
    """To whole kWh."""
    return int(energy.quantize(ONE, ROUND_HALF_UP))


def round_ratio(amount: int, part: int, whole: int) -> int:
    """`amount × part / whole` to a whole number, half up away from zero, in integers alone."""
    product = amount * part
    quotient = (2 * abs(product) + whole) // (2 * whole)
    return quotient if product >= 0 else -quotient


def of_fraction(value: Fraction) -> Decimal:
    """A fraction of yuan to fen, exactly half up (a Decimal quotient could already be rounded)."""
    return Decimal(round_ratio(value.numerator * 100, 1, value.denominator)).scaleb(-2) + 0
