"""Why is it more than last month? The change split into reasons that add up exactly (domain/billing.md 6.2).

Energy, register by register (and funds, where they are charged on top): with q₀ p₀ the month before and q₁ p₁ this
one, the same pace over this month's days is q* = round(q₀ · days₁ / days₀). Then
days = q*·p₀ − c₀, daily use = q₁·p₀ − q*·p₀, price = c₁ − q₁·p₀, each product rounded to fen once: the three add up
to c₁ − c₀ whatever the rounding. Every other line goes to its own reason as the difference of amounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from backends.billing.bills.engine.rounding import of_fraction, round_ratio
from backends.billing.bills.engine.words import Bill

ZERO = Decimal("0.00")
ONE_DECIMAL = Decimal("0.1")
SEASONAL_WITHIN = Fraction(15, 100)
UNUSUAL_ABOVE = Fraction(50, 100)

# Line code → part. Lines of unknown codes (adjustments, credits) are meter events.
_PART_OF_LINE = {
    "tier": "tier", "relief": "relief", "basic": "basic", "basic_over": "demand_over", "power_factor": "power_factor",
}  # fmt: skip
_ALWAYS = ("days", "daily_use", "price", "tier", "late_fee")


@dataclass(frozen=True, slots=True)
class Month:
    """A bill with what was added to it from outside its own lines."""

    bill: Bill
    late_fee: Decimal = ZERO
    adjustment: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        return self.bill.amount + self.late_fee + self.adjustment

    @property
    def days(self) -> int:
        return self.bill.request.days

    @property
    def pace(self) -> Decimal:
        """kWh a day, one decimal."""
        return (Decimal(self.bill.total_kwh) / self.days).quantize(ONE_DECIMAL, ROUND_HALF_UP)

    @property
    def is_estimated(self) -> bool:
        return any(u.reading.kind == "estimated" or u.reading.follows_estimate for u in self.bill.usage)

    @property
    def has_meter_event(self) -> bool:
        meters = {u.reading.meter_no for u in self.bill.usage}
        return len(meters) > 1 or any(u.rolled_over for u in self.bill.usage) or bool(self.adjustment)


@dataclass(frozen=True, slots=True)
class Change:
    """The change from `before` to `now`; `parts` add up to `difference` to the fen."""

    before: Month
    now: Month
    same_pace_kwh: int
    parts: Mapping[str, Decimal]
    seasonal: bool | None
    """Within 15 % of the same month last year; None when that is not known."""
    unusual: bool
    """A daily use more than half above last year's: offer a check of the meter."""

    @property
    def difference(self) -> Decimal:
        return self.now.amount - self.before.amount


def explain(before: Month, now: Month, *, same_month_last_year_kwh: int | None = None) -> Change:
    """Split the change between two months."""
    parts: dict[str, Decimal] = defaultdict(lambda: ZERO, dict.fromkeys(_ALWAYS, ZERO))
    for name in _registers(before.bill) | _registers(now.bill):
        _split(parts, before, now, "energy", name)
    _split(parts, before, now, "fund", None)
    for month, sign in ((now, 1), (before, -1)):
        for line in month.bill.lines:
            if line.code not in ("energy", "fund"):
                parts[_PART_OF_LINE.get(line.code, "adjustment")] += sign * line.amount
        parts["late_fee"] += sign * month.late_fee
        parts["adjustment"] += sign * month.adjustment
    kept = {name: amount for name, amount in parts.items() if name in _ALWAYS or amount}
    seasonal, unusual = _season(now, same_month_last_year_kwh)
    same_pace = round_ratio(before.bill.total_kwh, now.days, before.days)
    return Change(before, now, same_pace, kept, seasonal, unusual)


def _registers(bill: Bill) -> set[str]:
    return {line.register for line in bill.lines if line.register}


def _sum_up(month: Month, code: str, register: str | None) -> tuple[int, Decimal, Fraction | None]:
    """kWh, amount and price of one register; over two versions the price is their mean by energy."""
    lines = [x for x in month.bill.lines if x.code == code and (register is None or x.register == register)]
    kwh = int(sum((x.qty for x in lines), Decimal(0)))
    amount = sum((x.amount for x in lines), ZERO)
    prices = {x.price for x in lines}
    if not prices:
        return kwh, amount, None
    if len(prices) > 1 and kwh:
        return kwh, amount, Fraction(amount) / kwh
    return kwh, amount, Fraction(lines[-1].price)


def _split(parts: dict[str, Decimal], before: Month, now: Month, code: str, register: str | None) -> None:
    kwh_0, cost_0, price_0 = _sum_up(before, code, register)
    kwh_1, cost_1, price_1 = _sum_up(now, code, register)
    price = price_0 if price_0 is not None else price_1
    if price is None:
        return
    same_pace = round_ratio(kwh_0, now.days, before.days)
    at_pace, at_use = of_fraction(same_pace * price), of_fraction(kwh_1 * price)
    parts["days"] += at_pace - cost_0
    parts["daily_use"] += at_use - at_pace
    parts["price"] += cost_1 - at_use


def _season(now: Month, last_year_kwh: int | None) -> tuple[bool | None, bool]:
    if not last_year_kwh or last_year_kwh < 0:
        return None, False
    change = Fraction(now.bill.total_kwh - last_year_kwh, last_year_kwh)
    return abs(change) <= SEASONAL_WITHIN, change > UNUSUAL_ABOVE
