"""Every query on outages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.machine import FINAL
from backends.ticketing.outages.models import Outage, OutageEvent, Subscription
from backends.ticketing.work_orders.models import WorkOrder


@dataclass(frozen=True)
class Wanted:
    """`since`/`until` bound planned outages; running ones overlap any span that includes now."""

    since: datetime
    until: datetime
    now: datetime
    communities: tuple[str, ...] | None = None
    transformer_area: str | None = None
    kind: str | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 20


async def get(session: AsyncSession, outage_no: str, *, lock: bool = False) -> Outage | None:
    return await session.get(Outage, outage_no, with_for_update=lock or None, populate_existing=lock)


async def page(session: AsyncSession, wanted: Wanted) -> Sequence[Outage]:
    """What is off or will be between `since` and `until`, by its start; one more than asked."""
    start = sa.func.coalesce(Outage.off_at, Outage.first_reported_at)
    end = sa.func.coalesce(Outage.restored_at, sa.case((Outage.outage_kind == "planned", Outage.on_at)), wanted.until)
    query = sa.select(Outage).where(Outage.status.not_in(["cancelled"]), start <= wanted.until, end >= wanted.since)
    # What has ended belongs to history: shown only when the span asked for lies in the past.
    if wanted.since >= wanted.now:
        query = query.where(Outage.status.not_in(FINAL | {"restored"}))
    if wanted.communities is not None:
        query = query.where(Outage.community.in_(wanted.communities))
    if wanted.transformer_area is not None:
        query = query.where(Outage.transformer_areas.contains([wanted.transformer_area]))
    if wanted.kind is not None:
        query = query.where(Outage.outage_kind == wanted.kind)
    if wanted.after is not None:
        query = query.where(sa.tuple_(start, Outage.outage_no) > sa.tuple_(*wanted.after))
    query = query.order_by(start, Outage.outage_no).limit(wanted.limit + 1)
    return (await session.execute(query)).scalars().all()


async def open_members(session: AsyncSession, outage_no: str) -> int:
    """How many members have not come to their end."""
    query = sa.select(sa.func.count()).where(WorkOrder.parent_order_no == outage_no, WorkOrder.status.not_in(FINAL))
    return (await session.execute(query)).scalar_one()


async def members(
    session: AsyncSession, outage_no: str, *, status: str, limit: int | None = None
) -> Sequence[WorkOrder]:
    """Locked, in the order of their numbers (so that two callers never wait for each other)."""
    query = (
        sa.select(WorkOrder)
        .where(WorkOrder.parent_order_no == outage_no, WorkOrder.status == status)
        .order_by(WorkOrder.order_no)
        .limit(limit)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(query)).scalars().all()


async def tell_members_eta(session: AsyncSession, outage: Outage, eta: str) -> None:
    """Every waiting member shows the outage's new time, however many there are."""
    written = sa.func.jsonb_set(WorkOrder.details, sa.cast(["eta_restore_at"], ARRAY(sa.Text)), sa.func.to_jsonb(eta))
    statement = (
        sa.update(WorkOrder)
        .where(WorkOrder.parent_order_no == outage.outage_no, WorkOrder.status == "merged")
        .values(details=written, version=WorkOrder.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    await session.execute(statement)


async def running_faults(
    session: AsyncSession, *, community: str, district: str | None, apart_from: str
) -> Sequence[Outage]:
    """Running faults of that community or district, the oldest first."""
    near = [Outage.community == community] + ([Outage.district == district] if district else [])
    query = (
        sa.select(Outage)
        .where(sa.or_(*near), Outage.outage_no != apart_from, Outage.outage_kind == "fault")
        .where(Outage.status.not_in(FINAL | {"restored", "suspected"}))
        .order_by(Outage.first_reported_at, Outage.outage_no)
    )
    return (await session.execute(query)).scalars().all()


async def most_urgent(session: AsyncSession, outage: Outage) -> int | None:
    """The smallest priority among its members and the hazards related to it; None without any."""
    mine = sa.or_(
        WorkOrder.parent_order_no == outage.outage_no,
        sa.and_(
            WorkOrder.registered_at >= outage.first_reported_at,
            WorkOrder.community == outage.community,
            WorkOrder.priority == 1,
            WorkOrder.related_order_nos.contains([outage.outage_no]),
        ),
    )
    query = sa.select(sa.func.min(WorkOrder.priority)).where(mine, WorkOrder.status != "withdrawn")
    return (await session.execute(query)).scalar_one()


async def events(session: AsyncSession, outage_no: str) -> Sequence[OutageEvent]:
    found = sa.select(OutageEvent).where(OutageEvent.outage_no == outage_no).order_by(OutageEvent.id)
    return (await session.execute(found)).scalars().all()


async def subscribe(
    session: AsyncSession, outage_no: str, phone: str, *, channel: str, order_no: str | None, at: datetime
) -> bool:
    """Whether the phone is new on the list."""
    statement = (
        insert(Subscription)
        .values(outage_no=outage_no, phone=phone, channel=channel, order_no=order_no, created_at=at)
        .on_conflict_do_nothing(index_elements=["outage_no", "phone"])
        .returning(Subscription.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def move_subscriptions(session: AsyncSession, from_no: str, to_no: str) -> None:
    """Whoever wanted to hear of the one hears of the other; who is on both lists hears once."""
    columns = ("phone", "channel", "order_no", "created_at")
    theirs = sa.select(sa.literal(to_no), *(getattr(Subscription, name) for name in columns)).where(
        Subscription.outage_no == from_no
    )
    statement = insert(Subscription).from_select(["outage_no", *columns], theirs)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["outage_no", "phone"]))
    await session.execute(sa.delete(Subscription).where(Subscription.outage_no == from_no))
