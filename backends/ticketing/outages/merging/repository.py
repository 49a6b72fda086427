"""Queries of the merging rule: which outages cover a place, which reports of a place are not gathered yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.machine import FINAL
from backends.ticketing.outages.merging.models import Proposal
from backends.ticketing.outages.models import Outage
from backends.ticketing.outages.restoration.models import RestorationCheck
from backends.ticketing.work_orders.models import WorkOrder

NO_POWER = ("all_out", "partial_out")


@dataclass(frozen=True)
class Area:
    """Where a report belongs: its transformer area, or the community when the area is not known (6.3)."""

    transformer_area: str | None
    community: str | None

    @property
    def name(self) -> str | None:
        return self.transformer_area or self.community

    def holds(self, order: WorkOrder) -> bool:
        return Area(order.transformer_area, order.community).name == self.name


async def running_near(session: AsyncSession, area: Area) -> Sequence[Outage]:
    """Open outages of the area or of its community, the oldest first; those where power is back are left out."""
    near = [Outage.transformer_areas.contains([area.transformer_area])] if area.transformer_area else []
    near += [Outage.community == area.community] if area.community else []
    query = (
        sa.select(Outage)
        .where(sa.or_(*near), Outage.status.not_in(FINAL | {"restored"}), Outage.restored_at.is_(None))
        .order_by(Outage.first_reported_at, Outage.outage_no)
    )
    return (await session.execute(query)).scalars().all()


def _not_gathered(area: Area, since: datetime) -> sa.Select[WorkOrder]:
    """Reports of no power in the area that stand alone: no hazard, no single breaker, not split out of an outage."""
    here = (
        WorkOrder.transformer_area == area.transformer_area
        if area.transformer_area
        else sa.and_(WorkOrder.transformer_area.is_(None), WorkOrder.community == area.community)
    )
    details = WorkOrder.details
    own_breaker = sa.and_(details["is_breaker_tripped"].astext == "yes", details["is_neighbour_out"].astext == "no")
    return sa.select(WorkOrder).where(
        here,
        WorkOrder.registered_at >= since,
        WorkOrder.order_type == "fault_report",
        WorkOrder.parent_order_no.is_(None),
        WorkOrder.status.not_in(FINAL | {"on_site", "repairing", "restored", "awaiting_confirm", "solved"}),
        details["hazard_kind"].astext == "none",
        details["symptom"].astext.in_(NO_POWER),
        details["split_from"].astext.is_(None),
        sa.not_(own_breaker),
    )


async def not_gathered(session: AsyncSession, area: Area, *, since: datetime) -> Sequence[WorkOrder]:
    query = _not_gathered(area, since).order_by(WorkOrder.registered_at, WorkOrder.order_no)
    return (await session.execute(query)).scalars().all()


async def lock_not_gathered(
    session: AsyncSession, area: Area, *, since: datetime, statuses: Sequence[str]
) -> Sequence[WorkOrder]:
    """Those of them in these states, locked, in the order of their numbers and as they are now."""
    query = (
        _not_gathered(area, since)
        .where(WorkOrder.status.in_(statuses))
        .order_by(WorkOrder.order_no)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(query)).scalars().all()


async def propose(session: AsyncSession, proposal: Proposal) -> bool:
    """Whether it is new; the same pair is proposed once, whatever became of it."""
    statement = (
        insert(Proposal)
        .values(
            kind=proposal.kind,
            outage_no=proposal.outage_no,
            subject_no=proposal.subject_no,
            reason=proposal.reason,
            status="open",
            created_at=proposal.created_at,
        )
        .on_conflict_do_nothing(index_elements=["outage_no", "subject_no"])
        .returning(Proposal.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def proposals(
    session: AsyncSession, status: str, *, outage_no: str | None, after: int, limit: int
) -> Sequence[Proposal]:
    query = sa.select(Proposal).where(Proposal.status == status, Proposal.id > after)
    if outage_no is not None:
        query = query.where(sa.or_(Proposal.outage_no == outage_no, Proposal.subject_no == outage_no))
    return (await session.execute(query.order_by(Proposal.id).limit(limit))).scalars().all()


async def lock_proposal(session: AsyncSession, proposal_id: int) -> Proposal | None:
    return await session.get(Proposal, proposal_id, with_for_update=True, populate_existing=True)


async def expire_proposals(session: AsyncSession, outage_no: str) -> None:
    """The outage is over: nothing is left to decide."""
    touched = sa.or_(Proposal.outage_no == outage_no, Proposal.subject_no == outage_no)
    await session.execute(sa.update(Proposal).where(touched, Proposal.status == "open").values(status="expired"))


class Member(NamedTuple):
    order: WorkOrder
    check: RestorationCheck | None


async def members_page(
    session: AsyncSession, outage_no: str, *, after: tuple[datetime, str] | None, limit: int
) -> list[Member]:
    """One more than asked, so that the caller sees whether there is more."""
    query = (
        sa.select(WorkOrder, RestorationCheck)
        .outerjoin(RestorationCheck, RestorationCheck.order_no == WorkOrder.order_no)
        .where(WorkOrder.parent_order_no == outage_no, WorkOrder.order_type == "fault_report")
        .order_by(WorkOrder.registered_at, WorkOrder.order_no)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(sa.tuple_(WorkOrder.registered_at, WorkOrder.order_no) > sa.tuple_(*after))
    return [Member(row[0], row[1]) for row in (await session.execute(query)).all()]
