"""What a member answered, and what the answers together mean for the outage (work-orders 6.4)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened
from backends.ticketing.outages import repository as outage_repository
from backends.ticketing.outages import rules, service
from backends.ticketing.outages.models import Outage
from backends.ticketing.outages.restoration import repository
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.service import moment

ANSWERS = {"said_yes": "yes", "said_no": "no", "silent": "silent"}


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    """Keep a member's answer; when too many have no power the outage goes back, when all are final it is closed."""
    order = happened.order
    if order.order_type != "fault_report" or not (order.parent_order_no or "").startswith("TD"):
        return
    answer = ANSWERS.get(happened.event)
    if answer:
        await _keep(session, order, answer)
        await _conclude(session, str(order.parent_order_no))


async def _keep(session: AsyncSession, order: WorkOrder, answer: str) -> None:
    fresh = order.related_order_nos[-1] if answer == "no" else None
    await repository.answered(session, order.order_no, answer, at=moment(), new_order_no=fresh)


async def _conclude(session: AsyncSession, outage_no: str) -> None:
    outage = await service.get(session, outage_no, lock=True)
    if outage.status != "restored":
        return
    if await _is_majority(session, outage):
        await service.move_by_system(session, outage, "majority_no", reason="30 分钟内多户仍未来电")
    elif not await outage_repository.open_members(session, outage_no):
        await service.move_by_system(session, outage, "all_members_final")


async def _is_majority(session: AsyncSession, outage: Outage) -> bool:
    """Of this restoration only: answers to an earlier one have sent the outage back already."""
    since = moment() - rules.span("majority_within_min")
    since = max(since, outage.restored_at) if outage.restored_at else since
    return await repository.said_no_since(session, outage.outage_no, since) >= rules.value("majority_no")
