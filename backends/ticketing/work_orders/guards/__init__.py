"""Conditions of the state machines that a table cannot say; each answers None, or why not."""

from __future__ import annotations

from datetime import timedelta

from backends.ticketing.work_orders.guards import answering, applying, fault, visiting
from backends.ticketing.work_orders.guards.looking import Guard, Moment, first_time, says_something
from backends.ticketing.work_orders.models import WorkOrder

__all__ = ["GUARDS", "REOPEN_AT_MOST", "REOPEN_WITHIN", "Guard", "Moment", "within_reopening"]

REOPEN_WITHIN = timedelta(days=7)  # domain/work-orders.md 7.1
REOPEN_AT_MOST = 2


def within_reopening(order: WorkOrder, at: Moment) -> str | None:
    if order.reopened_count >= REOPEN_AT_MOST:
        return "reopened twice already: file a new order"
    if order.closed_at is None or at.now - order.closed_at > REOPEN_WITHIN:
        return "closed more than 7 days ago: file a new order"
    return None


GUARDS: dict[str, Guard] = {
    "within_reopening": within_reopening,
    "first_time": first_time,
    "says_something": says_something,
    **fault.GUARDS,
    **applying.GUARDS,
    **answering.GUARDS,
    **visiting.GUARDS,
}
