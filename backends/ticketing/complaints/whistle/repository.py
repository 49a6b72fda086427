"""Queries on whistle-blowing: cases, looks, and the sealed store."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.sealed.models import IdentityLook, IdentityRequest, SealedReporter
from backends.ticketing.complaints.whistle.models import RestrictedLook, WhistleCase
from backends.ticketing.machine import FINAL
from backends.ticketing.work_orders.models import WorkOrder


async def case_of(session: AsyncSession, order_no: str, *, lock: bool = False) -> WhistleCase | None:
    return await session.get(WhistleCase, order_no, with_for_update=lock or None)


async def reporter_of(session: AsyncSession, order: WorkOrder, *, lock: bool = False) -> SealedReporter | None:
    reference = order.details.get("reporter_ref")
    return await session.get(SealedReporter, reference, with_for_update=lock or None) if reference else None


async def request(session: AsyncSession, order_no: str, request_no: str) -> IdentityRequest | None:
    """Locked: two people may decide at the same moment."""
    found = await session.get(IdentityRequest, request_no, with_for_update=True)
    return found if found and found.order_no == order_no else None


async def looks(session: AsyncSession, order_no: str) -> tuple[Sequence[RestrictedLook], Sequence[IdentityLook]]:
    """Every look at the order and every step towards the identity, oldest first."""
    at_order = sa.select(RestrictedLook).where(RestrictedLook.order_no == order_no).order_by(RestrictedLook.id)
    at_identity = sa.select(IdentityLook).where(IdentityLook.order_no == order_no).order_by(IdentityLook.id)
    return (await session.execute(at_order)).scalars().all(), (await session.execute(at_identity)).scalars().all()


async def open_cases(session: AsyncSession, team: str, default_team: str) -> Sequence[WorkOrder]:
    """Open whistle-blowings of that team, the one due first in front; at most two hundred."""
    query = (
        sa.select(WorkOrder)
        .outerjoin(WhistleCase, WhistleCase.order_no == WorkOrder.order_no)
        .where(WorkOrder.order_type == "whistle_blow", WorkOrder.status.not_in(FINAL))
        .where(sa.func.coalesce(WhistleCase.channel_apart, default_team) == team)
        .order_by(WorkOrder.deadline_at, WorkOrder.order_no)
        .limit(200)
    )
    return (await session.execute(query)).scalars().all()
