"""Every query on work orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.machine import FINAL
from backends.ticketing.models import SCHEMA, idempotency_keys
from backends.ticketing.work_orders.models import FailedProof, OrderEvent, RefusedAttempt, WorkOrder

_outages = sa.table("outages", sa.column("outage_no"), schema=SCHEMA)

ABOUT_OTHERS = ("urge", "follow_up")


@dataclass(frozen=True)
class Page:
    """What a list is narrowed to; `before` is where the last page ended (registered_at, order_no)."""

    account_no: str | None = None
    contact_phone: str | None = None
    phone_last4: str | None = None
    order_type: str | None = None
    status: str | None = None
    parent_order_no: str | None = None
    open_only: bool = False
    limit: int = 20
    before: tuple[datetime, str] | None = None


async def get(session: AsyncSession, order_no: str, *, lock: bool = False) -> WorkOrder | None:
    return await session.get(WorkOrder, order_no, with_for_update=lock or None, populate_existing=lock)


async def by_key(session: AsyncSession, key: str) -> WorkOrder | None:
    """The order that was filed under this key."""
    return (await session.execute(sa.select(WorkOrder).where(WorkOrder.idempotency_key == key))).scalar_one_or_none()


async def events(session: AsyncSession, order_no: str) -> Sequence[OrderEvent]:
    """Oldest first."""
    found = sa.select(OrderEvent).where(OrderEvent.order_no == order_no).order_by(OrderEvent.id)
    return (await session.execute(found)).scalars().all()


async def by_query_code(session: AsyncSession, code: str) -> WorkOrder | None:
    return (await session.execute(sa.select(WorkOrder).where(WorkOrder.query_code == code))).scalar_one_or_none()


async def kept_answer(session: AsyncSession, key: str) -> dict[str, object] | None:
    """What the write with this key answered; None when it never happened."""
    found = sa.select(idempotency_keys.c.body).where(idempotency_keys.c.key == key)
    return (await session.execute(found)).scalar_one_or_none()


async def page(session: AsyncSession, wanted: Page) -> Sequence[WorkOrder]:
    """Newest first, one more than asked so that the caller sees whether there is more. Never a whistle-blowing; urges
    and follow-ups, which hang on another order, only when they are asked for."""
    query = sa.select(WorkOrder).where(WorkOrder.order_type != "whistle_blow")
    if wanted.order_type is None and wanted.parent_order_no is None:
        query = query.where(WorkOrder.order_type.not_in(ABOUT_OTHERS))
    for name in ("account_no", "contact_phone", "order_type", "status", "parent_order_no"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(getattr(WorkOrder, name) == value)
    if wanted.phone_last4:
        query = query.where(sa.func.right(WorkOrder.contact_phone, 4) == wanted.phone_last4)
    if wanted.open_only:
        query = query.where(WorkOrder.status.not_in(FINAL))
    if wanted.before:
        query = query.where(sa.tuple_(WorkOrder.registered_at, WorkOrder.order_no) < sa.tuple_(*wanted.before))
    query = query.order_by(WorkOrder.registered_at.desc(), WorkOrder.order_no.desc()).limit(wanted.limit + 1)
    return (await session.execute(query)).scalars().all()


async def open_faults_of_household(
    session: AsyncSession, *, account_no: str | None, phone: str | None, address_key: str | None, since: datetime
) -> Sequence[WorkOrder]:
    """Open fault reports of the same account, or the same phone at the same address; newest first."""
    same = []
    if account_no:
        same.append(WorkOrder.account_no == account_no)
    if phone and address_key:
        same.append(sa.and_(WorkOrder.contact_phone == phone, WorkOrder.address_key == address_key))
    if not same:
        return []
    query = (
        sa.select(WorkOrder)
        .where(sa.or_(*same), WorkOrder.order_type == "fault_report", WorkOrder.registered_at >= since)
        .where(WorkOrder.status.not_in(FINAL))
        .order_by(WorkOrder.registered_at.desc())
    )
    return (await session.execute(query)).scalars().all()


async def open_orders_of(
    session: AsyncSession, *, order_type: str, account_no: str | None, phone: str | None, since: datetime
) -> Sequence[WorkOrder]:
    """Open orders of that type of the same account or phone; newest first."""
    same = [WorkOrder.account_no == account_no] if account_no else []
    same += [WorkOrder.contact_phone == phone] if phone else []
    if not same:
        return []
    query = (
        sa.select(WorkOrder)
        .where(sa.or_(*same), WorkOrder.order_type == order_type, WorkOrder.registered_at >= since)
        .where(WorkOrder.status.not_in(FINAL))
        .order_by(WorkOrder.registered_at.desc())
    )
    return (await session.execute(query)).scalars().all()


async def open_urges(session: AsyncSession, target_no: str, *, lock: bool = False) -> Sequence[WorkOrder]:
    """Urges of an order that nobody has answered for good, oldest first."""
    query = (
        sa.select(WorkOrder)
        .where(WorkOrder.parent_order_no == target_no, WorkOrder.order_type == "urge")
        .where(WorkOrder.status.not_in(FINAL))
        .order_by(WorkOrder.order_no)
    )
    return (await session.execute(query.with_for_update() if lock else query)).scalars().all()


async def open_follow_ups(session: AsyncSession, target_no: str, *, kind: str) -> Sequence[WorkOrder]:
    """Follow-ups of an order that are not done, oldest first."""
    query = (
        sa.select(WorkOrder)
        .where(WorkOrder.parent_order_no == target_no, WorkOrder.order_type == "follow_up")
        .where(WorkOrder.details["follow_kind"].astext == kind, WorkOrder.status.not_in(FINAL))
        .order_by(WorkOrder.order_no)
    )
    return (await session.execute(query)).scalars().all()


async def refused_attempts(session: AsyncSession, order_no: str) -> Sequence[RefusedAttempt]:
    """Oldest first."""
    found = sa.select(RefusedAttempt).where(RefusedAttempt.order_no == order_no).order_by(RefusedAttempt.id)
    return (await session.execute(found)).scalars().all()


async def members(session: AsyncSession, outage_no: str, *, statuses: Sequence[str]) -> Sequence[WorkOrder]:
    """Locked, in the order of their numbers (so that two callers never wait for each other)."""
    query = (
        sa.select(WorkOrder)
        .where(WorkOrder.parent_order_no == outage_no, WorkOrder.status.in_(statuses))
        .order_by(WorkOrder.order_no)
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def failed_proofs(session: AsyncSession, order_no: str, *, since: datetime) -> int:
    query = sa.select(sa.func.count()).where(FailedProof.order_no == order_no, FailedProof.at >= since)
    return (await session.execute(query)).scalar_one()


async def lock_outage_of(session: AsyncSession, order_no: str) -> None:
    """Lock the outage an order belongs to, before the order: whoever needs both takes them in this order."""
    parent = sa.select(WorkOrder.parent_order_no).where(WorkOrder.order_no == order_no).scalar_subquery()
    await session.execute(sa.select(_outages.c.outage_no).where(_outages.c.outage_no == parent).with_for_update())


async def lock_household(session: AsyncSession, *names: str) -> None:
    """Two reports of one household at the same moment wait for each other; released at the end of the transaction."""
    for name in sorted(names):
        await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))
