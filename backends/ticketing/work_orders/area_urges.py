"""A member's urge counts on its outage; five households of one area within the hour ask for a fresh ETA (6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OutageHappened, tell
from backends.ticketing.outages.models import Outage, OutageEvent
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder

WITHIN = timedelta(hours=1)
HOUSEHOLDS = 5


async def count_on(session: AsyncSession, outage: Outage, order: WorkOrder, act: Act) -> bool:
    """Write the urge into the outage's history (event `urge`). True when it made the outage ask its crew when power
    is back (event `ask_eta`, once an hour)."""
    data = {"order_no": order.order_no, "household": _household(order), "area": order.transformer_area}
    await _happened(session, outage, "urge", act.role, act.actor, act.reason, data)
    if await _households(session, outage, order.transformer_area) < HOUSEHOLDS or await _was_asked(session, outage):
        return False
    told = {"households": HOUSEHOLDS, "area": order.transformer_area}
    await _happened(session, outage, "ask_eta", "system", "ticketing", "一小时内五户催办，请刷新预计复电", told)
    return True


def _household(order: WorkOrder) -> str:
    return order.account_no or order.address_key or order.order_no


async def _households(session: AsyncSession, outage: Outage, area: str | None) -> int:
    who = OutageEvent.data["household"].astext
    query = sa.select(sa.func.count(sa.distinct(who))).where(
        OutageEvent.outage_no == outage.outage_no,
        OutageEvent.event == "urge",
        OutageEvent.at > moment() - WITHIN,
        OutageEvent.data["area"].astext.is_not_distinct_from(area),
    )
    return (await session.execute(query)).scalar_one()


async def _was_asked(session: AsyncSession, outage: Outage) -> bool:
    query = sa.select(sa.func.count()).where(
        OutageEvent.outage_no == outage.outage_no,
        OutageEvent.event == "ask_eta",
        OutageEvent.at > moment() - WITHIN,
    )
    return (await session.execute(query)).scalar_one() > 0


async def _happened(
    session: AsyncSession,
    outage: Outage,
    event: str,
    role: str,
    actor: str,
    reason: str | None,
    data: dict[str, Any],
) -> None:
    row = OutageEvent(
        outage_no=outage.outage_no,
        at=moment(),
        actor=actor,
        role=role,
        event=event,
        from_status=outage.status,
        to_status=outage.status,
        reason=reason,
        data=data,
    )
    session.add(row)
    await session.flush()
    await tell(session, OutageHappened(outage, event, role, actor, outage.status, reason, data))
