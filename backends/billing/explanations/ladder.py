"""Where am I on the ladder, and when do I cross at this pace? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from backends.billing.bills.engine import tiers
from backends.billing.bills.engine.words import Bill
from backends.billing.tariffs.book import Book


@dataclass(frozen=True)
class Place:
    """`crosses_on`: the day the next tier begins at the pace of this bill, None when not this year."""

    year_kwh: int
    tier: int
    first: int
    second: int
    left_kwh: int | None
    pace_kwh: Decimal
    crosses_on: date | None
    year_end_kwh: int
    addon: Decimal | None
    """Yuan a kWh more on the next tier."""


def place(bill: Bill, book: Book) -> Place | None:
    """None for accounts without a ladder."""
    ytd = bill.ytd_kwh_after
    if ytd is None:
        return None
    request = bill.request
    bounds = tiers.bounds_of(request.terms, book.ladder_on(bill.segments[-1].begins))
    tier = bounds.tier_at(ytd)
    end = request.period_to
    next_bound = {1: bounds.first, 2: bounds.second}.get(tier)
    left = None if next_bound is None else next_bound - ytd
    pace = Decimal(max(bill.total_kwh, 0)) / request.days
    new_year = date(end.year if (end.month, end.day) == (1, 1) else end.year + 1, 1, 1)
    ahead = (pace * (new_year - end).days).quantize(Decimal(1), ROUND_HALF_UP)
    tariff = book.on(end)
    addon = {1: tariff.tier2_addon, 2: tariff.tier3_addon}.get(tier)
    return Place(
        ytd, tier, bounds.first, bounds.second, left, pace.quantize(Decimal("0.1"), ROUND_HALF_UP),
        _crosses_on(left, pace, end, new_year), ytd + int(ahead), addon,
    )  # fmt: skip


def _crosses_on(left: int | None, pace: Decimal, end: date, new_year: date) -> date | None:
    """The day on which more than what is left has been used."""
    if left is None or pace <= 0:
        return None
    day = end + timedelta(days=int(Decimal(left) // pace))
    return day if day < new_year else None
