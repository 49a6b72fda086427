"""Every query of dispatch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.dispatch.choosing import URGENT, Candidate, is_on_duty
from backends.ticketing.dispatch.models import Absence, Crew, Offer
from backends.ticketing.machine import FINAL
from backends.ticketing.places.models import Place
from backends.ticketing.work_orders.models import WorkOrder

_HELD = sa.or_(Offer.outcome.is_(None), Offer.outcome == "accepted")
_PASSED = ("declined", "silent")


async def district_of(session: AsyncSession, order: WorkOrder) -> str | None:
    if order.community is None:
        return None
    place = await session.get(Place, order.community)
    return place.district if place else None


async def crews(session: AsyncSession) -> Sequence[Crew]:
    found = await session.execute(sa.select(Crew).where(Crew.is_active).order_by(Crew.crew_no))
    return found.scalars().all()


async def crew_of(session: AsyncSession, badge: str) -> Crew | None:
    """The crew whose member has this badge."""
    query = sa.select(Crew).where(Crew.is_active, Crew.members.contains([badge])).order_by(Crew.crew_no).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def candidates(session: AsyncSession, order_no: str, at: datetime) -> list[Candidate]:
    """Every active crew as it stands for this order."""
    loads = await _loads(session)
    passed = await _passed(session, order_no)
    away = await away_at(session, at)
    return [
        Candidate(
            crew.crew_no,
            crew.districts,
            crew.skills,
            is_on_duty(crew.duty, at) and crew.crew_no not in away,
            busy=sum(loads[crew.crew_no, level] for level in range(1, 6)),
            urgent=sum(loads[crew.crew_no, level] for level in range(1, URGENT + 1)),
            passed=passed[crew.crew_no],
        )
        for crew in await crews(session)
    ]


async def _loads(session: AsyncSession) -> Counter[tuple[str, int]]:
    query = (
        sa.select(Offer.crew_no, WorkOrder.priority, sa.func.count())
        .join(WorkOrder, WorkOrder.order_no == Offer.order_no)
        .where(_HELD, WorkOrder.status.not_in(FINAL))
        .group_by(Offer.crew_no, WorkOrder.priority)
    )
    return Counter({(crew, level): count for crew, level, count in (await session.execute(query)).all()})


async def _passed(session: AsyncSession, order_no: str) -> Counter[str]:
    query = sa.select(Offer.crew_no).where(Offer.order_no == order_no, Offer.outcome.in_(_PASSED))
    return Counter((await session.execute(query)).scalars())


async def away_at(session: AsyncSession, at: datetime) -> frozenset[str]:
    query = sa.select(Absence.crew_no).where(Absence.starts_at <= at, Absence.ends_at > at)
    return frozenset((await session.execute(query)).scalars())


async def held_offer(session: AsyncSession, order_no: str) -> Offer | None:
    """The offer that waits for an answer, or was accepted."""
    query = sa.select(Offer).where(Offer.order_no == order_no, _HELD).order_by(Offer.id.desc()).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def held_by(session: AsyncSession, crew_no: str) -> list[tuple[WorkOrder, Offer]]:
    """What a crew is offered and what it took, as far as it is not over."""
    query = (
        sa.select(WorkOrder, Offer)
        .join(Offer, Offer.order_no == WorkOrder.order_no)
        .where(
            Offer.crew_no == crew_no, _HELD, WorkOrder.status.not_in((*FINAL, "restored", "awaiting_confirm", "merged"))
        )
    )
    return [(order, offer) for order, offer in (await session.execute(query)).all()]


async def offers_of(session: AsyncSession, order_no: str) -> Sequence[Offer]:
    query = sa.select(Offer).where(Offer.order_no == order_no).order_by(Offer.id)
    return (await session.execute(query)).scalars().all()
