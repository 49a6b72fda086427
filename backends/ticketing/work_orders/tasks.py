"""Later work of orders: an urge nobody answered, an answer that was passed on, a state that stood too long."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.work_orders import repository, waits
from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import get, move
from kit import jobs


async def _with_target(session: AsyncSession, order_no: str) -> WorkOrder | None:
    """The urge, locked after its target: whoever closes the target takes them in this order too."""
    urge = await repository.get(session, order_no)
    if urge is None:
        return None
    await get(session, urge.details["target_order_no"], lock=True)
    return await get(session, order_no, lock=True)


@jobs.task("ticketing.work_orders.urge_overdue")
async def urge_overdue(order_no: str) -> None:
    """The team has not answered by `reply_by`."""
    async with jobs.database().transaction() as session:
        urge = await _with_target(session, order_no)
        if urge is not None and urge.status == "notified":
            await move(session, urge, Act("overdue", "system", "ticketing"))


@jobs.task("ticketing.work_orders.urge_tell")
async def urge_tell(order_no: str) -> None:
    """The customer was told what the team answered."""
    async with jobs.database().transaction() as session:
        urge = await get(session, order_no, lock=True)
        if urge.status == "replied":
            await move(session, urge, Act("tell", "system", "ticketing"))


@jobs.task("ticketing.work_orders.stood")
async def stood(order_no: str, status: str, entered_at: str, turn: int) -> None:
    """See `waits`."""
    async with jobs.database().transaction() as session:
        order = await get(session, order_no, lock=True)
        await waits.go_on(session, order, status=status, entered_at=entered_at, turn=turn)
