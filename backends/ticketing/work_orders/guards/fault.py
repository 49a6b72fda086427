"""Guards of fault reports (domain/work-orders.md 4.3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from backends.ticketing.outages import rules
from backends.ticketing.work_orders.details import Position
from backends.ticketing.work_orders.distance import distance_m
from backends.ticketing.work_orders.guards.looking import Guard, Moment, reason_or, stood_for
from backends.ticketing.work_orders.models import WorkOrder

NEAR_M = 300
# Unanswered so long, an offer goes to somebody else; by priority (5.3).
ACCEPT_WITHIN = {
    1: timedelta(seconds=60),
    2: timedelta(minutes=5),
    3: timedelta(minutes=5),
    4: timedelta(minutes=10),
    5: timedelta(minutes=10),
}


def not_life_danger(order: WorkOrder, _: Moment) -> str | None:
    return "priority 1 cannot be declined or withdrawn" if order.priority == 1 else None


def mergeable(order: WorkOrder, _: Moment) -> str | None:
    details = order.details
    if details.get("hazard_kind", "none") != "none":
        return "a life-danger report is never merged"
    if details.get("is_breaker_tripped") == "yes" and details.get("is_neighbour_out") == "no":
        return "one household's own breaker is never merged"
    return None if order.parent_order_no else "merging needs the outage's number (parent_order_no)"


def has_team(order: WorkOrder, _: Moment) -> str | None:
    return None if order.owner_team else "no team answers for this order"


def is_member(order: WorkOrder, _: Moment) -> str | None:
    return None if order.parent_order_no else "not a member of an outage"


def stands_alone(order: WorkOrder, _: Moment) -> str | None:
    return "a member of an outage" if order.parent_order_no else None


def knows_outage(order: WorkOrder, _: Moment) -> str | None:
    """Only whoever was told of a running outage can do without a report of their own."""
    known = [order.parent_order_no or "", *order.related_order_nos]
    return None if any(no.startswith("TD") for no in known) else "no known outage is related to this report"


def power_is_back(order: WorkOrder, _: Moment) -> str | None:
    return None if order.details["is_restored"] == "yes" else "the customer has not said that power is back"


def past_accepting(order: WorkOrder, at: Moment) -> str | None:
    """Counted from the offer, which a crew has so long to take."""
    offered = [e.at for e in at.past if e.to_status == "dispatched"]
    since = at.now - offered[-1] if offered else timedelta(0)
    return None if since >= ACCEPT_WITHIN[order.priority] else "the crew still has time to accept"


def near_the_place(order: WorkOrder, at: Moment) -> str | None:
    """Where the place of the trouble is known, the crew shows that it is there, or says why it cannot."""
    trouble, crew = order.details.get("position"), order.details.get("arrived_position")
    if trouble is None or at.act.reason:
        return None
    if crew is None:
        return "where the crew is (arrived_position), or a reason, is needed"
    away = distance_m(Position.model_validate(trouble), Position.model_validate(crew))
    return None if away <= NEAR_M else f"{round(away)} m from the place: a reason is needed"


def is_isolated(order: WorkOrder, at: Moment) -> str | None:
    """No repair beside a live hazard."""
    if order.details["hazard_kind"] == "none" or order.details["is_isolated"] or at.act.reason:
        return None
    return "a hazard must be isolated first (is_isolated)"


def customer_owns_it(order: WorkOrder, _: Moment) -> str | None:
    return None if order.details["is_customer_side"] == "yes" else "needs is_customer_side=yes"


def called_twice(order: WorkOrder, at: Moment) -> str | None:
    """Two calls since the crew arrived, before anybody is said not to be there."""
    arrived = order.details.get("on_site_at")
    since = datetime.fromisoformat(arrived) if arrived else order.registered_at
    calls = [c for c in order.details["customer_calls"] if since <= datetime.fromisoformat(c) <= at.now]
    return None if len(calls) >= 2 else "the customer must have been called twice (customer_calls)"


def new_estimate(_: WorkOrder, at: Moment) -> str | None:
    return None if at.act.data.get("eta_restore_at") else "needs a new eta_restore_at"


def nobody_answers(order: WorkOrder, at: Moment) -> str | None:
    return stood_for(rules.span("silence_h"))(order, at)


GUARDS: dict[str, Guard] = {
    "not_life_danger": not_life_danger,
    "mergeable": mergeable,
    "has_team": has_team,
    "is_member": is_member,
    "stands_alone": stands_alone,
    "knows_outage": knows_outage,
    "power_is_back": power_is_back,
    "past_accepting": past_accepting,
    "near_the_place": near_the_place,
    "is_isolated": is_isolated,
    "customer_owns_it": customer_owns_it,
    "called_twice": called_twice,
    "new_estimate": new_estimate,
    "nobody_answers": nobody_answers,
    "two_days_away": stood_for(timedelta(days=2)),
    "settled_with_customer": reason_or(
        lambda order, _: any(no.startswith("YY") for no in order.related_order_nos),
        "needs an appointment among its related orders, or a reason (the customer has it mended)",
    ),
}
