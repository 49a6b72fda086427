"""What an outage's event means for its members and subscribers, and what a member's leaving means for the outage."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened, OutageHappened
from backends.ticketing.outages import members, repository, service
from backends.ticketing.outages.merging.repository import expire_proposals
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.views import iso


async def on_outage(session: AsyncSession, happened: OutageHappened) -> None:
    outage = happened.outage
    if "eta_restore_at" in happened.data:
        await repository.tell_members_eta(session, outage, iso(outage.eta_restore_at) or "")
    if outage.status == "cancelled":
        await _release(session, outage, happened.event)
    elif happened.event == "restore":
        await expire_proposals(session, outage.outage_no)


async def _release(session: AsyncSession, outage: Outage, why: str) -> None:
    """It was none: every member becomes a report of its own again."""
    for order in await repository.members(session, outage.outage_no, status="merged"):
        await orders.move(session, order, orders.Act("detach", "system", "ticketing", f"{outage.outage_no} {why}"))


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    """A member that leaves is sent to a crew, with its earlier promise; the outage is as urgent as who stays."""
    order = happened.order
    if order.order_type != "fault_report" or happened.before != "merged":
        return
    if happened.event == "detach":
        await _recount(session, order.details["split_from"])
        await orders.move(session, order, orders.Act("dispatch", "system", "ticketing"))
    elif happened.event == "withdraw":
        await _recount(session, order.parent_order_no)


async def _recount(session: AsyncSession, outage_no: str | None) -> None:
    if outage_no is not None:
        outage = await service.get(session, outage_no, lock=True)
        if outage.is_open:
            await members.recount(session, outage)
