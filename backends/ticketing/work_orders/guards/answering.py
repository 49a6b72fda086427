"""Guards of what is answered in words (4.1, 4.5–4.8): from consultations to praise."""

from __future__ import annotations

from datetime import timedelta

from backends.ticketing.work_orders.guards.looking import (
    Guard,
    Moment,
    by_customer_or_after,
    late_needs_reason,
    reason_or,
    stood_for,
)
from backends.ticketing.work_orders.models import WorkOrder

UNKNOWN_STAFF = "待核实"


def reminded_in_vain(order: WorkOrder, at: Moment) -> str | None:
    if at.count("remind") < 3:
        return "the customer must have been reminded three times"
    return stood_for(timedelta(days=7))(order, at)


def waited_three_days(order: WorkOrder, at: Moment) -> str | None:
    """All the waits of a complaint together."""
    waited = at.stood(order.status) + timedelta(seconds=order.clock_paused_s)
    return None if waited >= timedelta(days=3) else "the customer still has time to answer"


def as_approved(order: WorkOrder, at: Moment) -> str | None:
    """What was approved is what is sent."""
    before = at.was.get("reply_text")
    return "another text was approved" if before and order.details["reply_text"] != before else None


def after_refusal(_: WorkOrder, at: Moment) -> str | None:
    return None if at.count("refuse") else "the reply was not refused before"


def nobody_on_it(order: WorkOrder, _: Moment) -> str | None:
    """Who blew the whistle is nowhere on the order itself."""
    named = (order.caller_phone, order.contact_phone, order.contact_name, order.account_no)
    return "the reporter's identity is still on the order" if any(named) else None


def around_the_accused(order: WorkOrder, _: Moment) -> str | None:
    told = f"{order.details['what']} {order.details['where']}"
    named = [who for who in (order.owner_team, order.owner) if who and who in told]
    return f"{named[0]} is what it is about" if named else None


def somebody_praised(order: WorkOrder, _: Moment) -> str | None:
    return None if order.details["praised_staff"] != UNKNOWN_STAFF else "needs praised_staff"


GUARDS: dict[str, Guard] = {
    "reminded_in_vain": reminded_in_vain,
    "agreed_or_three_days": by_customer_or_after(timedelta(days=3)),
    "waited_three_days": waited_three_days,
    "silent_three_days": stood_for(timedelta(days=3)),
    "as_approved": as_approved,
    "after_refusal": after_refusal,
    "contact_in_time": late_needs_reason("contact_by"),
    "reply_in_time": late_needs_reason("reply_by"),
    "forward_in_time": late_needs_reason("deadline_at"),
    "nobody_on_it": nobody_on_it,
    "around_the_accused": around_the_accused,
    "has_evidence": reason_or(lambda order, _: bool(order.attachment_keys), "needs the evidence: attachment or reason"),
    "somebody_praised": somebody_praised,
    "nobody_praised": reason_or(
        lambda order, _: order.details["praised_staff"] == UNKNOWN_STAFF, "somebody is named: a reason is needed"
    ),
}
