"""Writing something into an order's history that does not change its state, and telling the other rooms."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened, tell
from backends.ticketing.work_orders.acts import Act, event_row, moment
from backends.ticketing.work_orders.models import WorkOrder


async def note(session: AsyncSession, order: WorkOrder, act: Act, data: dict[str, Any] | None = None) -> None:
    session.add(event_row(order, act, order.status, moment(), data=data))
    await session.flush()
    told = OrderHappened(order, act.event, act.role, act.actor, order.status, act.reason, data or {})
    await tell(session, told)
