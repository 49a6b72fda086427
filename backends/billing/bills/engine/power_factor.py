"""力调: which power factor is expected, what was reached, what it costs or saves (domain/billing.md 4.4)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import isqrt

from backends.billing.bills.engine.words import Terms

HIGH = Decimal("0.90")
MIDDLE = Decimal("0.85")
LOW = Decimal("0.80")

# Percent taken off, by hundredths of the power factor reached; the last entry also holds for everything above.
_REWARD: dict[Decimal, dict[int, str]] = {
    HIGH: {91: "0.15", 92: "0.30", 93: "0.45", 94: "0.60", 95: "0.75"},
    MIDDLE: {
        86: "0.10", 87: "0.20", 88: "0.30", 89: "0.40", 90: "0.50", 91: "0.65", 92: "0.80", 93: "0.95", 94: "1.10",
    },
    LOW: {
        81: "0.10", 82: "0.20", 83: "0.30", 84: "0.40", 85: "0.50", 86: "0.60", 87: "0.70", 88: "0.80", 89: "0.90",
        90: "1.00", 91: "1.15", 92: "1.30",
    },
}  # fmt: skip

_MIDDLE_CATEGORIES = {"general_industrial", "commercial", "non_residential"}
_LOW_CATEGORIES = {"agricultural", "wholesale"}


def standard_of(terms: Terms) -> Decimal | None:
    """The expected factor, or None where none is held against the account (homes and small supplies)."""
    kva = terms.capacity_kva or 0
    if terms.category == "large_industrial":
        return HIGH
    if terms.category == "general_industrial" and terms.voltage != "lt1kv" and kva > 160:
        return HIGH
    if kva < 100:
        return None
    if terms.category in _MIDDLE_CATEGORIES:
        return MIDDLE
    return LOW if terms.category in _LOW_CATEGORIES else None


def factor_of(active_kwh: int, reactive_kvarh: Decimal) -> Decimal:
    """P / √(P² + Q²) to two decimals, half up, decided in integers so that no digit is lost on the way.

    The factor in hundredths is the greatest k with (k − ½) / 100 <= factor, that is k <= 100·factor + ½.
    """
    p, q = Fraction(active_kwh), Fraction(reactive_kvarh)
    squared = p * p / (p * p + q * q) * 40_000  # (200 · factor)²
    doubled = isqrt(squared.numerator // squared.denominator)  # floor(200 · factor)
    return Decimal((doubled + 1) // 2).scaleb(-2)


def percent_of(standard: Decimal, factor: Decimal) -> Decimal:
    """Percent added to the base; negative is a reward."""
    gap = int((standard - factor) * 100)
    if gap <= 0:
        table = _REWARD[standard]
        hundredths = int(factor * 100)
        return -Decimal(table.get(min(hundredths, max(table)), "0.00")) + 0
    percent = Decimal("0.5") * min(gap, 20) + min(max(gap - 20, 0), 5) + 2 * max(gap - 25, 0)
    return percent.quantize(Decimal("0.01"), ROUND_HALF_UP)
