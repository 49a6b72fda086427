"""What one order means for another: an urge not answered, a target finished, a low score with the last word."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened
from backends.ticketing.work_orders import noting, rating, repository, waits
from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import move
from kit import jobs


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    await waits.on_order(session, happened)
    if not order.is_open and happened.data.get("satisfaction") in (1, 2):
        await rating.ask_why(session, order, f"{order.order_no}:why")
    if order.order_type == "urge" and happened.event == "overdue":
        await _raise_target(session, order)
    if order.order_type == "urge" and happened.event == "team_reply":
        # By then the customer's notice is queued with the reply itself.
        await jobs.defer(session, "ticketing.work_orders.urge_tell", {"order_no": order.order_no})
    if not order.is_open and order.order_type not in repository.ABOUT_OTHERS and order.urge_count:
        for urge in await repository.open_urges(session, order.order_no, lock=True):
            if urge.status != "replied":
                await move(session, urge, Act("target_closed", "system", "ticketing"))


async def _raise_target(session: AsyncSession, urge: WorkOrder) -> None:
    """Nobody answered in time: one level up (6.1)."""
    target = await repository.get(session, urge.details["target_order_no"], lock=True)
    if target is None or not target.is_open:
        return
    before, target.escalation_level = target.escalation_level, min(target.escalation_level + 1, 3)
    data = {"escalation_before": before, "escalation_level": target.escalation_level}
    await noting.note(session, target, Act("urge_overdue", "system", "ticketing", reason=urge.order_no), data)
