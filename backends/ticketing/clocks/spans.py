"""How long is a promise, when is it warned of, and where does it end after it stood still?

Promises in working time (`workhour`, `workday`) neither run nor move outside 9–18 of worked days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backends.ticketing import calendar
from backends.ticketing.clocks.kinds import Warns
from backends.ticketing.commitments import Commitment

_DAY = timedelta(days=1)
_QUARTER_OF_A_WORKDAY = timedelta(hours=9) / 4
WORKING = frozenset({"workhour", "workday"})


@dataclass(frozen=True)
class Span:
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    over_half_at: datetime


def of(promise: Commitment, started_at: datetime, due_at: datetime, warns: Warns | None) -> Span:
    """The marks of a promise that runs from `started_at` to `due_at` (aware). Warned of when a quarter is left, a day
    before or a working day before; where that would be before it began, when a quarter is left."""
    return Span(started_at, due_at, _warn_at(promise, started_at, due_at, warns), _over_half(promise, due_at))


def _warn_at(promise: Commitment, started_at: datetime, due_at: datetime, warns: Warns | None) -> datetime | None:
    if warns is None:
        return None
    early = {"day": due_at - _DAY, "workday": calendar.workday_before(due_at)}.get(warns)
    return early if early is not None and early > started_at else _quarter_left(promise, due_at)


def _quarter_left(promise: Commitment, due_at: datetime) -> datetime:
    if promise.unit == "workday":
        return due_at - _QUARTER_OF_A_WORKDAY
    if promise.unit == "workhour":
        return calendar.subtract_work_time(due_at, timedelta(hours=promise.value) / 4)
    return due_at - promise.length / 4


def _over_half(promise: Commitment, due_at: datetime) -> datetime:
    if promise.unit == "workday":
        return calendar.end_of_workday(due_at, -(-promise.value // 2))
    if promise.unit == "workhour":
        return calendar.add_work_time(due_at, timedelta(hours=promise.value) / 2)
    return due_at + promise.length / 2


def moved(unit: str, mark: datetime, *, stood_from: datetime, until: datetime) -> datetime:
    """Where a mark lies after the clock stood between those moments; one that had passed stays where it is. A promise
    in working days may then end within a day: rounded to 18:00 after every pause, each second of standing would give
    a whole day away."""
    if mark <= stood_from or until <= stood_from:
        return mark
    if unit not in WORKING:
        return mark + (until - stood_from)
    return calendar.add_work_time(until, calendar.work_time(stood_from, mark))


def left(unit: str, due_at: datetime, *, now: datetime) -> timedelta:
    """What is left, never below zero; working hours are counted as such."""
    if now >= due_at:
        return timedelta(0)
    return calendar.work_time(now, due_at) if unit == "workhour" else due_at - now
