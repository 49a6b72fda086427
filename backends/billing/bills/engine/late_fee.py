"""违约金: what paying late costs (domain/billing.md 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from backends.billing.bills.engine.rounding import to_fen
from backends.billing.tariffs.book import Book

DAY = timedelta(days=1)
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Payment:
    """A part payment towards the principal; the rest counts from that day on."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FeePart:
    """Days of one calendar year at one rate and on one principal; both ends included."""

    begins: date
    ends: date
    rate: Decimal
    principal: Decimal
    amount: Decimal

    @property
    def days(self) -> int:
        return (self.ends - self.begins).days + 1


@dataclass(frozen=True, slots=True)
class LateFee:
    """`fee` is `uncapped` cut at the principal of the bill."""

    principal: Decimal
    days: int
    parts: tuple[FeePart, ...]
    uncapped: Decimal
    fee: Decimal

    @property
    def amount_due(self) -> Decimal:
        return self.principal + self.fee


def late_fee(
    category: str, principal: Decimal, due_date: date, until: date, *, book: Book, payments: tuple[Payment, ...] = ()
) -> LateFee:
    """The fee when what is owed is settled on `until`; the day after `due_date` is the first, `until` counts too.

    Each calendar year is computed and rounded on its own. A part payment lowers the principal from its day on.
    """
    days = max((until - due_date).days, 0)
    if days == 0 or principal <= 0:
        return LateFee(principal, days, (), ZERO, ZERO)
    parts = tuple(_parts(category, principal, due_date + DAY, until, book, payments))
    uncapped = sum((part.amount for part in parts), ZERO)
    return LateFee(principal, days, parts, uncapped, min(uncapped, principal))


def _parts(
    category: str, principal: Decimal, first: date, last: date, book: Book, payments: tuple[Payment, ...]
) -> list[FeePart]:
    # Non-residents pay the first rate in the calendar year of the first day overdue: with a due date of 31 December
    # that is already the next year, as 3.3 wants.
    this_year, later = book.late_fee_on(first).of(category)
    starts = {first, *(date(year, 1, 1) for year in range(first.year + 1, last.year + 1))}
    starts |= {p.on for p in payments if first < p.on <= last}
    edges = [*sorted(starts), last + DAY]
    parts = []
    for begins, next_begins in pairwise(edges):
        left = principal - sum((p.amount for p in payments if p.on <= begins), ZERO)
        if left <= 0:
            break
        rate = this_year if begins.year == first.year else later
        days = (next_begins - begins).days
        parts.append(FeePart(begins, next_begins - DAY, rate, left, to_fen(left * rate * days)))
    return parts
