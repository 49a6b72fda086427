"""Conditions of the state machines that a table cannot say; each answers None, or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from backends.ticketing.work_orders.models import WorkOrder

REOPEN_WITHIN = timedelta(days=7)  # domain/work-orders.md 7.1
REOPEN_AT_MOST = 2


@dataclass(frozen=True)
class Moment:
    """What a guard may look at: `past_events` of this order, oldest first; `event` the one that wants to happen;
    `target` the order an urge or a follow-up is about."""

    now: datetime
    event: str
    past_events: tuple[str, ...]
    target: WorkOrder | None = None


Guard = Callable[[WorkOrder, Moment], str | None]


def _not_life_danger(order: WorkOrder, _: Moment) -> str | None:
    return "priority 1 cannot be declined or withdrawn" if order.priority == 1 else None


def _mergeable(order: WorkOrder, _: Moment) -> str | None:
    details = order.details
    if details.get("hazard_kind", "none") != "none":
        return "a life-danger report is never merged"
    if details.get("is_breaker_tripped") == "yes" and details.get("is_neighbour_out") == "no":
        return "one household's own breaker is never merged"
    return None if order.parent_order_no else "merging needs the outage's number (parent_order_no)"


def _has_team(order: WorkOrder, _: Moment) -> str | None:
    return None if order.owner_team else "no team answers for this order"


def _within_reopening(order: WorkOrder, at: Moment) -> str | None:
    if order.reopened_count >= REOPEN_AT_MOST:
        return "reopened twice already: file a new order"
    if order.closed_at is None or at.now - order.closed_at > REOPEN_WITHIN:
        return "closed more than 7 days ago: file a new order"
    return None


def _first_time(_: WorkOrder, at: Moment) -> str | None:
    return f"{at.event} is possible once" if at.event in at.past_events else None


def _after_refusal(_: WorkOrder, at: Moment) -> str | None:
    return None if "refuse" in at.past_events else "the reply was not refused before"


def _is_member(order: WorkOrder, _: Moment) -> str | None:
    return None if order.parent_order_no else "not a member of an outage"


def _stands_alone(order: WorkOrder, _: Moment) -> str | None:
    return "a member of an outage" if order.parent_order_no else None


def _target_open(_: WorkOrder, at: Moment) -> str | None:
    return None if at.target is not None and at.target.is_open else "the order it is about is finished"


def _target_finished(_: WorkOrder, at: Moment) -> str | None:
    return "the order it is about is still open" if at.target is not None and at.target.is_open else None


def _past_reply_by(order: WorkOrder, at: Moment) -> str | None:
    return None if at.now >= order.deadline_at else "the team still has time to answer"


GUARDS: dict[str, Guard] = {
    "not_life_danger": _not_life_danger,
    "mergeable": _mergeable,
    "has_team": _has_team,
    "within_reopening": _within_reopening,
    "first_time": _first_time,
    "after_refusal": _after_refusal,
    "is_member": _is_member,
    "stands_alone": _stands_alone,
    "target_open": _target_open,
    "target_finished": _target_finished,
    "past_reply_by": _past_reply_by,
}
