"""Every query of the line. Whistle-blowing is on none (domain/work-orders.md 9: it knows no account)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.notices.models import Delivery, Notice
from backends.ticketing.timeline.models import Look
from backends.ticketing.work_orders.models import OrderEvent, RefusedAttempt, WorkOrder

MOST = 500
_SEALED = "JB%"


def _orders_of(account_no: str) -> sa.Select[Any]:
    return sa.select(WorkOrder.order_no).where(
        WorkOrder.account_no == account_no, WorkOrder.order_type != "whistle_blow"
    )


async def events(session: AsyncSession, account_no: str) -> Sequence[Any]:
    """(event, order) of every order of the account, newest first."""
    query = sa.select(OrderEvent, WorkOrder).join(WorkOrder, WorkOrder.order_no == OrderEvent.order_no)
    query = query.where(WorkOrder.order_no.in_(_orders_of(account_no)))
    return (await session.execute(query.order_by(OrderEvent.at.desc(), OrderEvent.id.desc()).limit(MOST))).all()


async def told(session: AsyncSession, account_no: str) -> Sequence[Any]:
    """(delivery, notice) of what the customer was told about those orders or the account."""
    query = sa.select(Delivery, Notice).join(Notice, Notice.notice_id == Delivery.notice_id)
    ours = sa.or_(Delivery.account_no == account_no, Delivery.order_no.in_(_orders_of(account_no)))
    return (await session.execute(query.where(ours).order_by(Delivery.queued_at.desc()).limit(MOST))).all()


async def looks(session: AsyncSession, *, account_no: str | None, actor: str | None) -> Sequence[Look]:
    query = sa.select(Look)
    query = query.where(Look.account_no == account_no) if account_no else query
    query = query.where(Look.actor == actor) if actor else query
    return (await session.execute(query.order_by(Look.at.desc(), Look.id.desc()).limit(MOST))).scalars().all()


async def refused(session: AsyncSession, *, account_no: str | None, actor: str | None) -> Sequence[RefusedAttempt]:
    query = sa.select(RefusedAttempt).where(RefusedAttempt.order_no.not_like(_SEALED))
    query = query.where(RefusedAttempt.order_no.in_(_orders_of(account_no))) if account_no else query
    query = query.where(RefusedAttempt.actor == actor) if actor else query
    return (await session.execute(query.order_by(RefusedAttempt.at.desc()).limit(MOST))).scalars().all()


async def changes(session: AsyncSession, *, account_no: str | None, actor: str | None) -> Sequence[OrderEvent]:
    query = sa.select(OrderEvent).where(OrderEvent.order_no.not_like(_SEALED))
    query = query.where(OrderEvent.order_no.in_(_orders_of(account_no))) if account_no else query
    query = query.where(OrderEvent.actor == actor) if actor else query
    return (await session.execute(query.order_by(OrderEvent.at.desc()).limit(MOST))).scalars().all()
