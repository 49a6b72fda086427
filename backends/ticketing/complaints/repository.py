"""Every query on complaints but the figures (`statistics`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.models import ComplaintFile, OutsideReferral
from backends.ticketing.machine import FINAL
from backends.ticketing.work_orders.models import OrderEvent, WorkOrder

LOOK_BACK = timedelta(days=365)


async def file_of(session: AsyncSession, order_no: str) -> ComplaintFile | None:
    return await session.get(ComplaintFile, order_no)


async def referral_of(session: AsyncSession, order_no: str) -> OutsideReferral | None:
    """The last outside authority the customer was told of."""
    query = sa.select(OutsideReferral).where(OutsideReferral.order_no == order_no).order_by(OutsideReferral.id.desc())
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def owners_of(session: AsyncSession, order_nos: list[str]) -> list[str]:
    """Who had these orders in hand."""
    if not order_nos:
        return []
    query = sa.select(WorkOrder.owner).where(WorkOrder.order_no.in_(order_nos), WorkOrder.owner.is_not(None))
    return [owner for owner in (await session.execute(query)).scalars() if owner]


async def last_actor(session: AsyncSession, order_no: str, event: str) -> str | None:
    """Who did this event the last time."""
    query = sa.select(OrderEvent.actor).where(OrderEvent.order_no == order_no, OrderEvent.event == event)
    return (await session.execute(query.order_by(OrderEvent.id.desc()).limit(1))).scalar_one_or_none()


def _same_customer(order: WorkOrder) -> sa.ColumnElement[bool] | None:
    same: list[Any] = [WorkOrder.account_no == order.account_no] if order.account_no else []
    same += [WorkOrder.contact_phone == order.contact_phone] if order.contact_phone else []
    return sa.or_(*same) if same else None


async def is_critical_user(session: AsyncSession, order: WorkOrder) -> bool:
    """Has this customer ever been a hospital, a school…"""
    same = _same_customer(order)
    if same is None:
        return False
    kind = WorkOrder.details["critical_user_kind"].astext
    query = sa.select(sa.literal(1)).where(same, WorkOrder.order_type == "fault_report", kind != "none").limit(1)
    return (await session.execute(query)).first() is not None


async def promises_broken(session: AsyncSession, order: WorkOrder, now: datetime) -> int:
    """How many of this customer's orders of a year were reached, replied or closed after what was promised, or still
    wait past it."""
    same = _same_customer(order)
    if same is None:
        return 0
    met = sa.func.coalesce(
        sa.cast(WorkOrder.details["on_site_at"].astext, sa.DateTime(timezone=True)),
        sa.cast(WorkOrder.details["replied_at"].astext, sa.DateTime(timezone=True)),
        WorkOrder.closed_at,
        now,
    )
    query = sa.select(sa.func.count()).where(
        same,
        WorkOrder.order_no != order.order_no,
        WorkOrder.order_type.in_(("fault_report", "complaint", "consult", "apply", "appointment")),
        WorkOrder.status.not_in(("withdrawn", "cancelled", "merged")),
        WorkOrder.paused_at.is_(None),
        WorkOrder.registered_at >= now - LOOK_BACK,
        met > WorkOrder.deadline_at,
    )
    return int((await session.execute(query)).scalar_one())


async def open_complaints(
    session: AsyncSession, *, tracker: str | None, owner_team: str | None
) -> list[tuple[WorkOrder, ComplaintFile | None]]:
    """Due first in front; at most two hundred."""
    query = (
        sa.select(WorkOrder, ComplaintFile)
        .outerjoin(ComplaintFile, ComplaintFile.order_no == WorkOrder.order_no)
        .where(WorkOrder.order_type == "complaint", WorkOrder.status.not_in(FINAL))
        .order_by(WorkOrder.deadline_at, WorkOrder.order_no)
        .limit(200)
    )
    for column, wanted in ((WorkOrder.tracker, tracker), (WorkOrder.owner_team, owner_team)):
        query = query.where(column == wanted) if wanted else query
    return [(order, file) for order, file in (await session.execute(query)).tuples()]
