"""An estimated month and the actual one after it lie on two sides of 1 January or of a new tariff: both are computed
again on what was really used, the difference becomes a line of its own (domain/billing.md 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.rounding import round_ratio
from backends.billing.bills.engine.usage import used
from backends.billing.bills.engine.words import Bill, Reading, Request, Terms
from backends.billing.tariffs.book import Book


@dataclass(frozen=True, slots=True)
class Period:
    begins: date
    ends: date

    @property
    def days(self) -> int:
        return (self.ends - self.begins).days


@dataclass(frozen=True, slots=True)
class Estimated:
    """What was assumed, what the meter said before it and says now."""

    terms: Terms
    estimated: Period
    actual: Period
    estimated_kwh: int
    span: Reading
    ytd_kwh_before: int


@dataclass(frozen=True, slots=True)
class Rebill:
    true_kwh: int
    first_kwh: int
    second_kwh: int
    billed_first: Bill
    right_first: Bill
    second: Bill

    @property
    def adjustment(self) -> Decimal:
        """退补: negative is given back."""
        return self.right_first.amount - self.billed_first.amount

    @property
    def payable_now(self) -> Decimal:
        return self.second.amount + self.adjustment


def rebill(case: Estimated, book: Book) -> Rebill:
    """Share the true energy over both periods by days and compute both again."""
    true_kwh = used(case.span).kwh
    first_kwh = round_ratio(true_kwh, case.estimated.days, case.estimated.days + case.actual.days)

    def bill(period: Period, kwh: int, ytd: int) -> Bill:
        reading = Reading(case.span.meter_no, case.span.register, Decimal(0), Decimal(kwh), follows_estimate=True)
        return compute(Request(case.terms, period.begins, period.ends, (reading,), ytd), book)

    billed = bill(case.estimated, case.estimated_kwh, case.ytd_kwh_before)
    right = bill(case.estimated, first_kwh, case.ytd_kwh_before)
    starts_year = (case.actual.begins.month, case.actual.begins.day) == (1, 1)
    ytd = 0 if starts_year else right.ytd_kwh_after or 0
    second_kwh = true_kwh - first_kwh
    return Rebill(true_kwh, first_kwh, second_kwh, billed, right, bill(case.actual, second_kwh, ytd))
