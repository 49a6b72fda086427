"""Which days are worked, and when is "three working days later"? Public holidays and make-up days included.

Working hours are 9:00–18:00; a working-day deadline ends at 18:00; the first day is not counted
(domain/work-orders.md 5.2). Years the holiday table does not know yet count Monday to Friday as worked.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from kernel import clock
from kit.workdays import is_workday, next_workday

OPENS, SHUTS = time(9), time(18)


def end_of_workday(start: datetime, workdays: int) -> datetime:
    """18:00 of the n-th worked day after the day of `start` (aware)."""
    day = start.astimezone(clock.TZ).date()
    for _ in range(workdays):
        day = next_workday(day)
    return _at(day, SHUTS)


def workday_before(moment: datetime) -> datetime:
    """The same time on the last worked day before the day of `moment`."""
    local = moment.astimezone(clock.TZ)
    return datetime.combine(_worked_before(local.date()), local.timetz())


def add_work_hours(start: datetime, hours: float) -> datetime:
    """`hours` of working time after `start`; outside working hours the clock stands still."""
    return add_work_time(start, timedelta(hours=hours))


def add_work_time(start: datetime, left: timedelta) -> datetime:
    at = _into_hours(start.astimezone(clock.TZ))
    while True:
        shuts = _at(at.date(), SHUTS)
        if at + left <= shuts:
            return at + left
        left -= shuts - at
        at = _at(next_workday(at.date()), OPENS)


def subtract_work_time(end: datetime, left: timedelta) -> datetime:
    """So much working time before `end`, which lies in working hours."""
    at = end.astimezone(clock.TZ)
    while True:
        opens = _at(at.date(), OPENS)
        if at - left >= opens:
            return at - left
        left -= max(at - opens, timedelta(0))
        at = _at(_worked_before(at.date()), SHUTS)


def work_time(start: datetime, end: datetime) -> timedelta:
    """How much working time lies between; zero when `end` is not after `start`."""
    total, at, end = timedelta(0), _into_hours(start.astimezone(clock.TZ)), end.astimezone(clock.TZ)
    while at < end:
        total += min(_at(at.date(), SHUTS), end) - at
        at = _at(next_workday(at.date()), OPENS)
    return total


def _into_hours(at: datetime) -> datetime:
    """`at` itself in working hours, else the next opening."""
    if not is_workday(at.date()) or at.time() >= SHUTS:
        return _at(next_workday(at.date()), OPENS)
    return max(at, _at(at.date(), OPENS))


def _worked_before(day: date) -> date:
    day -= timedelta(days=1)
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def _at(day: date, when: time) -> datetime:
    return datetime.combine(day, when, clock.TZ)
