"""Who belongs to an outage, and what that makes of the outage: its priority, its promise (work-orders 5.1, 6.3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed
from backends.ticketing.outages import repository
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.views import iso
from kernel import clock

AREA_PRIORITY = 3  # of an outage without critical users
NOT_ON_SITE = frozenset({"registered", "dispatched", "accepted"})  # from where the machine lets a report be merged


def promised_at(order: WorkOrder) -> datetime:
    return datetime.fromisoformat(order.details["on_site_by"]).astimezone(clock.TZ)


async def join(
    session: AsyncSession, outage: Outage, order: WorkOrder, *, role: str = "system", actor: str = "ticketing"
) -> None:
    """Make a report a member; both are locked by the caller (or new). Its phone hears of every update.

    Raises:
        GuardFailed: a hazard, a single breaker, or the outage no longer runs. EventNotAllowed: the crew is there.
    """
    if outage.restored_at is not None or not outage.is_open:
        raise GuardFailed("power is back already", code="outage_over")
    order.parent_order_no = outage.outage_no
    relate(order, outage.outage_no)
    if outage.eta_restore_at:
        order.details = {**order.details, "eta_restore_at": iso(outage.eta_restore_at)}
    await orders.move(session, order, orders.Act("merge", role, actor, f"并入 {outage.outage_no}"))
    if order.contact_phone:
        await repository.subscribe(
            session,
            outage.outage_no,
            order.contact_phone,
            channel="sms",
            order_no=order.order_no,
            at=orders.moment(),
        )
    count_in(outage, order)


def relate(order: WorkOrder, other_no: str) -> None:
    if other_no not in order.related_order_nos:
        order.related_order_nos = [*order.related_order_nos, other_no]


def count_in(outage: Outage, order: WorkOrder) -> None:
    """The outage takes over the most urgent priority and the earliest promise of what belongs to it."""
    outage.priority = min(outage.priority, order.priority)
    if outage.outage_kind == "fault":
        outage.first_reported_at = min(outage.first_reported_at, order.received_at)
        outage.on_site_by = min(outage.on_site_by, promised_at(order))


async def recount(session: AsyncSession, outage: Outage) -> None:
    """After a member left: the priority of those that stay."""
    urgent = await repository.most_urgent(session, outage)
    outage.priority = min(AREA_PRIORITY, urgent or AREA_PRIORITY)
