"""Every query on clocks and escalations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.clocks.models import Clock, Escalation
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.repository import lock_outage_of


async def running(session: AsyncSession, order_no: str, *, lock: bool = False) -> Sequence[Clock]:
    """The clocks of an order that were neither met nor stopped. The order must be locked by whoever changes them."""
    query = sa.select(Clock).where(Clock.order_no == order_no, Clock.met_at.is_(None), Clock.stopped_at.is_(None))
    query = query.with_for_update() if lock else query
    return (await session.execute(query.execution_options(populate_existing=lock))).scalars().all()


async def of_order(session: AsyncSession, order_no: str) -> Sequence[Clock]:
    """All of them, oldest first."""
    return (
        (await session.execute(sa.select(Clock).where(Clock.order_no == order_no).order_by(Clock.id))).scalars().all()
    )


async def due_orders(session: AsyncSession, now: datetime, *, at_most: int) -> list[str]:
    """Numbers of orders and outages something has to happen to, the longest due first."""
    query = sa.select(Clock.order_no).where(Clock.next_at <= now).order_by(Clock.next_at).limit(at_most)
    return list(dict.fromkeys((await session.execute(query)).scalars()))


async def claim(session: AsyncSession, order_no: str) -> WorkOrder | None:
    """The order, locked; None when somebody else has it just now."""
    await lock_outage_of(session, order_no)
    return await session.get(WorkOrder, order_no, with_for_update={"skip_locked": True}, populate_existing=True)


async def put_off(session: AsyncSession, order_no: str, until: datetime) -> None:
    """Look at this one again later: something about it went wrong."""
    late = sa.update(Clock).where(Clock.order_no == order_no, Clock.next_at < until).values(next_at=until)
    await session.execute(late)


async def told_of(session: AsyncSession, order_no: str) -> int:
    """The highest level somebody was told of since the order is open; 0 when nobody was."""
    query = sa.select(sa.func.max(Escalation.level))
    query = query.where(Escalation.order_no == order_no, Escalation.closed_at.is_(None))
    return (await session.execute(query)).scalar() or 0


async def close_escalations(session: AsyncSession, order_no: str, at: datetime) -> None:
    query = sa.update(Escalation).where(Escalation.order_no == order_no, Escalation.closed_at.is_(None))
    await session.execute(query.values(closed_at=at).execution_options(synchronize_session=False))


async def escalations(
    session: AsyncSession,
    *,
    team: str | None,
    level: int | None,
    order_no: str | None,
    open_only: bool,
    before: int | None,
    limit: int,
) -> Sequence[Escalation]:
    """Newest first, one more than asked. Whistle-blowing is never listed (work-orders 9)."""
    query = sa.select(Escalation).where(Escalation.order_type != "whistle_blow")
    for column, value in ((Escalation.team, team), (Escalation.level, level), (Escalation.order_no, order_no)):
        query = query.where(column == value) if value is not None else query
    if open_only:
        query = query.where(Escalation.closed_at.is_(None))
    if before is not None:
        query = query.where(Escalation.id < before)
    return (await session.execute(query.order_by(Escalation.id.desc()).limit(limit + 1))).scalars().all()
