"""What was refused is kept: who wanted which change of which order, and why it was not theirs to make."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import RefusedAttempt, WorkOrder
from kernel.errors import NotAllowed
from kit.db import Database


@asynccontextmanager
async def kept(db: Database, order_no: str, act: Act) -> AsyncIterator[None]:
    """Inside the block a change of `order_no` (an order or an outage) is tried; a 403 is written down in a transaction
    of its own, since the block's own is rolled back, and goes on to the caller."""
    try:
        yield
    except NotAllowed as refused:
        status = sa.select(WorkOrder.status).where(WorkOrder.order_no == order_no).scalar_subquery()
        values = {
            "at": moment(),
            "order_no": order_no,
            "status": status,
            "event": act.event,
            "role": act.role,
            "actor": act.actor,
            "client": act.client,
            "code": refused.code,
            "detail": refused.detail or None,
        }
        async with db.transaction() as session:
            await session.execute(sa.insert(RefusedAttempt).values(**values))
        raise
