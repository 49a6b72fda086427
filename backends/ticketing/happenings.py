"""What has happened to an order or an outage, told inside the same transaction to the rooms that act on it.

Before an event happens rooms may be asked (`order_checks`): one that raises says why not, and nothing changes.
Clocks, dispatch, notices, follow-up… each give one function in `rooms`; the services of orders and outages know none
of them. A follower that raises takes the change with it: nothing is half done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from backends.ticketing.outages.models import Outage
    from backends.ticketing.work_orders.acts import Act
    from backends.ticketing.work_orders.models import WorkOrder


@dataclass(frozen=True)
class OrderHappened:
    """One event of an order, already applied. `before` is None when it was just filed (event `register`)."""

    order: WorkOrder
    event: str
    role: str
    actor: str
    before: str | None = None
    reason: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OutageHappened:
    """One event of an outage, already applied. `before` is None when it was just declared (event `declare`)."""

    outage: Outage
    event: str
    role: str
    actor: str
    before: str | None = None
    reason: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


OrderFollower = Callable[[AsyncSession, OrderHappened], Awaitable[None]]
OutageFollower = Callable[[AsyncSession, OutageHappened], Awaitable[None]]
OrderCheck = Callable[[AsyncSession, "WorkOrder", "Act"], Awaitable[None]]
order_checks: list[OrderCheck] = []
order_followers: list[OrderFollower] = []
outage_followers: list[OutageFollower] = []


async def tell(session: AsyncSession, happened: OrderHappened | OutageHappened) -> None:
    """Every follower in turn, in the order `rooms` names them."""
    if isinstance(happened, OrderHappened):
        for follow_order in order_followers:
            await follow_order(session, happened)
    else:
        for follow_outage in outage_followers:
            await follow_outage(session, happened)


async def ask(session: AsyncSession, order: WorkOrder, act: Act) -> None:
    """Every check in turn, before the event happens. Raises what a check raises."""
    for check in order_checks:
        await check(session, order, act)
