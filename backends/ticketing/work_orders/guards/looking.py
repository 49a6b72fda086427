"""What a guard may look at, and the questions several guards ask. A guard answers None, or why the event may not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.models import OrderEvent, WorkOrder


@dataclass(frozen=True)
class Moment:
    """Attributes:
    past: events of this order, oldest first.
    was: its details, and `attachment_keys`, as they were before the event's data.
    target: the order an urge or a follow-up is about.
    """

    now: datetime
    act: Act
    past: Sequence[OrderEvent] = ()
    was: dict[str, Any] = field(default_factory=dict)
    target: WorkOrder | None = None

    @property
    def lately(self) -> Sequence[OrderEvent]:
        """Events since the order was last reopened: a second round starts afresh."""
        reopened = [n for n, event in enumerate(self.past) if event.event == "reopen"]
        return self.past[reopened[-1] :] if reopened else self.past

    def count(self, event: str) -> int:
        return sum(e.event == event for e in self.lately)

    def stood(self, status: str) -> timedelta:
        """How long the order has been in the state it is in."""
        entered = [e.at for e in self.past if e.to_status == status and e.from_status != status]
        return self.now - entered[-1] if entered else timedelta(0)


Guard = Callable[[WorkOrder, Moment], str | None]


def stood_for(span: timedelta) -> Guard:
    """The order must have been in its state this long."""

    def guard(order: WorkOrder, at: Moment) -> str | None:
        return None if at.stood(order.status) >= span else f"not before {span} have passed in state {order.status}"

    return guard


def late_needs_reason(field_name: str) -> Guard:
    """After the promised time the event still happens, with the reason of the delay in the record."""

    def guard(order: WorkOrder, at: Moment) -> str | None:
        due = order.details.get(field_name)
        by = datetime.fromisoformat(due) if due else order.deadline_at
        return "it is late: a reason is needed" if at.now > by and not at.act.reason else None

    return guard


def by_customer_or_after(span: timedelta) -> Guard:
    """The customer may; the system only when nobody said anything for so long."""
    waited = stood_for(span)

    def guard(order: WorkOrder, at: Moment) -> str | None:
        return None if at.act.role == "customer" else waited(order, at)

    return guard


def says_something(order: WorkOrder, at: Moment) -> str | None:
    return None if at.act.reason or at.act.data else "say or bring something"


def first_time(_: WorkOrder, at: Moment) -> str | None:
    return f"{at.act.event} is possible once" if at.count(at.act.event) else None


def has_new_paper(order: WorkOrder, at: Moment) -> bool:
    """Whether this event brought an attachment, or a paper that was not there before."""
    brought = {str(m["name"]) for m in order.details.get("materials", ()) if m["state"] == "uploaded"}
    known = {str(m["name"]) for m in at.was.get("materials", ()) if m["state"] in ("uploaded", "checked")}
    return bool(brought - known or set(order.attachment_keys) - set(at.was.get("attachment_keys", ())))


def reason_or(holds: Callable[[WorkOrder, Moment], bool], otherwise: str) -> Guard:
    """Either the fact is on record, or the reason says how it is."""

    def guard(order: WorkOrder, at: Moment) -> str | None:
        return None if at.act.reason or holds(order, at) else otherwise

    return guard
