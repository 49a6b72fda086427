"""Money: integer fen between rooms, Decimal yuan where a tariff is applied, never float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from kernel.numbers_zh import speak_int

CENT = Decimal("0.01")


def yuan(amount_fen: int) -> Decimal:
    """Fen to yuan with two decimals."""
    return (Decimal(amount_fen) / 100).quantize(CENT)


def fen(amount_yuan: Decimal | str | int) -> int:
    """Yuan to fen, half up.

    Raises:
        TypeError: a float was given; binary fractions are not money.
    """
    if isinstance(amount_yuan, float):
        raise TypeError("money is never float")
    return int((Decimal(amount_yuan) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def format_yuan(amount_fen: int) -> str:
    """`9858` → `"98.58"`, for reading (etiquette 13)."""
    return str(yuan(amount_fen))


def _counted(number: int) -> str:
    """两 where 2 is counted by itself: 两元, 两角, but 十二元."""
    return "两" if number == 2 else speak_int(number)


def speak_yuan(amount_fen: int) -> str:
    """`9858` → `"九十八元五角八分"`, for the ear; zero jiao and fen are not said (etiquette 13)."""
    sign = "负" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    jiao, rest = divmod(cents, 10)
    parts = [f"{_counted(whole)}元"] if whole or not cents else []
    if jiao:
        parts.append(f"{_counted(jiao)}角")
    elif rest and whole:
        parts.append("零")
    if rest:
        parts.append(f"{_counted(rest)}分")
    return sign + "".join(parts)
