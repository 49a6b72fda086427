"""智能交费: a balance that pays each day's difference of the month so far (domain/billing.md 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.words import Reading, Request, Terms
from backends.billing.tariffs.book import Book

DAY = timedelta(days=1)
ZERO = Decimal("0.00")
FIRST_WARNING = Decimal(30)
SECOND_WARNING = Decimal(10)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: energy, what was taken, what was paid in, what stands at its end (yuan)."""

    on: date
    kwh: int
    debit: Decimal
    recharge: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Prepaid:
    days: tuple[Day, ...]
    low_1_on: date | None
    low_2_on: date | None
    ran_out_on: date | None

    @property
    def total_kwh(self) -> int:
        return sum(day.kwh for day in self.days)

    @property
    def debited(self) -> Decimal:
        return sum((day.debit for day in self.days), ZERO)


@dataclass(frozen=True, slots=True)
class Balance:
    """Where a run begins."""

    first_day: date
    ytd_kwh_before: int
    amount: Decimal


def run(
    terms: Terms, begin: Balance, daily_kwh: Sequence[int], recharges: Mapping[date, Decimal], *, book: Book
) -> Prepaid:
    """Day by day. The debits of a month add up to its bill: `debit(d) = month_to_date(d) − month_to_date(d − 1)`."""
    days: list[Day] = []
    balance, ytd, month = begin.amount, begin.ytd_kwh_before, _Month(begin.first_day)
    for offset, kwh in enumerate(daily_kwh):
        on = begin.first_day + offset * DAY
        if on.day == 1 and offset:
            ytd = 0 if on.month == 1 else ytd + sum(month.kwh)
            month = _Month(on)
        debit = month.add(kwh, terms, ytd, book)
        recharge = recharges.get(on, ZERO)
        balance += recharge - debit
        days.append(Day(on, kwh, debit, recharge, balance))
    return Prepaid(
        tuple(days),
        _first(days, lambda b: b < FIRST_WARNING),
        _first(days, lambda b: b < SECOND_WARNING),
        _first(days, lambda b: b <= 0),
    )


class _Month:
    """The month so far, and what has been taken for it."""

    def __init__(self, begins: date) -> None:
        self.begins, self.kwh, self.taken = begins, list[int](), ZERO

    def add(self, kwh: int, terms: Terms, ytd: int, book: Book) -> Decimal:
        self.kwh.append(kwh)
        readings = tuple(
            Reading(
                "daily", "total", ZERO, Decimal(used),
                window_from=self.begins + n * DAY, window_to=self.begins + (n + 1) * DAY,
            )
            for n, used in enumerate(self.kwh)
        )  # fmt: skip
        so_far = compute(Request(terms, self.begins, self.begins + len(self.kwh) * DAY, readings, ytd), book).amount
        debit, self.taken = so_far - self.taken, so_far
        return debit


def _first(days: Sequence[Day], is_low: Callable[[Decimal], bool]) -> date | None:
    return next((day.on for day in days if is_low(day.balance)), None)
