"""From meter readings to kWh of each segment: roll-over, multiplier, estimates, days shared out."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from backends.billing.bills.engine.errors import BadBillRequest, ReadingNeedsReview
from backends.billing.bills.engine.rounding import round_ratio, to_kwh
from backends.billing.bills.engine.words import Reading, Request, Segment, Usage
from backends.billing.tariffs.book import Book

GUARD_FACTOR = 3
GUARD_FLOOR_KWH = 300


def used(reading: Reading) -> Usage:
    """Energy of one register: negative only when it corrects an estimate, else the meter went past its last digit."""
    difference = reading.end - reading.start
    rolled_over = difference < 0 and not reading.follows_estimate
    if rolled_over:
        difference += 10**reading.digits
    return Usage(reading, to_kwh(difference * reading.multiplier), rolled_over)


def guard(usage: tuple[Usage, ...], highest_month_kwh: int | None) -> None:
    """Stop what looks like a misread meter.

    Raises:
        ReadingNeedsReview: more than three times the highest month of the last twelve, and more than 300 kWh.
    """
    if highest_month_kwh is None:
        return
    total = sum(u.kwh for u in usage)
    if total > GUARD_FLOOR_KWH and total > GUARD_FACTOR * highest_month_kwh:
        raise ReadingNeedsReview(f"{total} kWh against at most {highest_month_kwh} in twelve months")


def segments_of(request: Request, book: Book) -> list[Segment]:
    """The period cut where a tariff version or, for ladder plans, a year begins."""
    begin, end = request.period_from, request.period_to
    if begin >= end:
        raise BadBillRequest(f"the period {begin} to {end} is empty")
    cuts = set(book.changes_between(begin, end))
    if request.terms.has_ladder:
        cuts.update(date(year, 1, 1) for year in range(begin.year + 1, end.year + 1) if date(year, 1, 1) < end)
    edges = [begin, *sorted(cuts), end]
    return [Segment(a, b, book.on(a).version) for a, b in pairwise(edges)]


def share_out(request: Request, usage: tuple[Usage, ...], segments: list[Segment]) -> None:
    """Give each segment its kWh, by the days its window overlaps, rounded cumulatively so that the sum stays."""
    for one in usage:
        begin = one.reading.window_from or request.period_from
        end = one.reading.window_to or request.period_to
        if not request.period_from <= begin < end <= request.period_to:
            raise BadBillRequest(f"the reading of {begin} to {end} is outside its period")
        whole, days, given = (end - begin).days, 0, 0
        for segment in segments:
            days += max((min(end, segment.ends) - max(begin, segment.begins)).days, 0)
            due = round_ratio(one.kwh, days, whole)
            kept = segment.by_register
            kept[one.reading.register] = kept.get(one.reading.register, 0) + due - given
            given = due
