"""What somebody wants to happen to an order, and the row of history it leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.work_orders.models import OrderEvent, WorkOrder
from kernel import clock


@dataclass(frozen=True)
class Act:
    """One event that somebody wants to happen; `client` is the program that asks, `channel` the customer's way."""

    event: str
    role: str
    actor: str
    reason: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    if_version: int | None = None
    channel: str | None = None
    client: str = "ticketing"


Move = Callable[[AsyncSession, WorkOrder, Act], Awaitable[WorkOrder]]


def moment() -> datetime:
    """Now, to the second: what is written is what is shown."""
    return clock.now().replace(microsecond=0)


def event_row(
    order: WorkOrder, act: Act, before: str | None, at: datetime, *, data: dict[str, Any] | None = None
) -> OrderEvent:
    return OrderEvent(
        order_no=order.order_no,
        at=at,
        actor=act.actor,
        role=act.role,
        event=act.event,
        from_status=before,
        to_status=order.status,
        reason=act.reason,
        channel=act.channel,
        client=act.client,
        data=data or {},
    )
