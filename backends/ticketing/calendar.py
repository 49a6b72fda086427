"""Which days are worked, and when is "three working days later"? Public holidays and make-up days included.

Working hours are 9:00–18:00; a working-day deadline ends at 18:00; the first day is not counted
(domain/work-orders.md 5.2). Years the holiday table does not know yet count Monday to Friday as worked.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from kernel import clock
from kit.workdays import is_workday, next_workday

OPENS, SHUTS = time(9), time(18)


def end_of_workday(start: datetime, workdays: int) -> datetime:
    """18:00 of the n-th worked day after the day of `start` (aware)."""
    day = start.astimezone(clock.TZ).date()
    for _ in range(workdays):
        day = next_workday(day)
    return datetime.combine(day, SHUTS, clock.TZ)


def add_work_hours(start: datetime, hours: float) -> datetime:
    """`hours` of working time after `start`; outside working hours the clock stands still."""
    left = timedelta(hours=hours)
    at = _into_hours(start.astimezone(clock.TZ))
    while True:
        shuts = datetime.combine(at.date(), SHUTS, clock.TZ)
        if at + left <= shuts:
            return at + left
        left -= shuts - at
        at = datetime.combine(next_workday(at.date()), OPENS, clock.TZ)


def _into_hours(at: datetime) -> datetime:
    """`at` itself in working hours, else the next opening."""
    if not is_workday(at.date()) or at.time() >= SHUTS:
        return datetime.combine(next_workday(at.date()), OPENS, clock.TZ)
    return max(at, datetime.combine(at.date(), OPENS, clock.TZ))
