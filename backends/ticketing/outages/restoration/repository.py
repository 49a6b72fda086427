"""Queries on the question "您家来电了吗"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.outages.restoration.models import RestorationCheck
from backends.ticketing.work_orders.models import WorkOrder

Check = RestorationCheck


class Counts(NamedTuple):
    """Members that said yes, said no, never answered, and those not asked or not heard yet."""

    yes: int = 0
    no: int = 0
    silent: int = 0
    waiting: int = 0


async def ask(session: AsyncSession, order_no: str, outage_no: str, *, step: str, at: datetime) -> None:
    """The question is open (anew, when the power had gone again)."""
    fresh = {"outage_no": outage_no, "step": step, "asked_at": at, "stepped_at": at}
    statement = insert(Check).values(order_no=order_no, round=1, **fresh)
    again = {**fresh, "round": Check.round + 1, "answer": None, "answered_at": None}
    await session.execute(statement.on_conflict_do_update(index_elements=["order_no"], set_=again))


async def answered(
    session: AsyncSession, order_no: str, answer: str, *, at: datetime, new_order_no: str | None = None
) -> None:
    await session.execute(
        sa.update(Check)
        .where(Check.order_no == order_no, Check.answer.is_(None))
        .values(answer=answer, answered_at=at, new_order_no=new_order_no)
    )


async def said_no_since(session: AsyncSession, outage_no: str, since: datetime) -> int:
    query = sa.select(sa.func.count()).where(
        Check.outage_no == outage_no, Check.answer == "no", Check.answered_at >= since
    )
    return (await session.execute(query)).scalar_one()


async def still_open(
    session: AsyncSession, outage_no: str, *, step: str | None = None
) -> Sequence[tuple[Check, WorkOrder]]:
    """Questions without an answer and their orders, the longest asked first; nothing is locked."""
    query = (
        sa.select(Check, WorkOrder)
        .join(WorkOrder, WorkOrder.order_no == Check.order_no)
        .where(Check.outage_no == outage_no, Check.answer.is_(None), WorkOrder.status == "awaiting_confirm")
        .order_by(WorkOrder.priority, Check.asked_at, Check.order_no)
    )
    if step is not None:
        query = query.where(Check.step == step)
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def asked_last(session: AsyncSession, phone: str) -> str | None:
    """The order of this phone that was asked about last, whether or not the answer is still open."""
    query = (
        sa.select(Check.order_no)
        .join(WorkOrder, WorkOrder.order_no == Check.order_no)
        .where(WorkOrder.contact_phone == phone)
        .order_by(Check.answer.is_(None).desc(), Check.asked_at.desc(), Check.order_no.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def lock(session: AsyncSession, order_no: str) -> Check | None:
    return await session.get(Check, order_no, with_for_update=True, populate_existing=True)


async def counts(session: AsyncSession, outage_nos: Sequence[str]) -> dict[str, Counts]:
    """For each of these outages that has members."""
    answer = sa.func.coalesce(Check.answer, "waiting")
    query = (
        sa.select(WorkOrder.parent_order_no, answer, sa.func.count())
        .outerjoin(Check, Check.order_no == WorkOrder.order_no)
        .where(WorkOrder.parent_order_no.in_(outage_nos), WorkOrder.status != "withdrawn")
        .group_by(WorkOrder.parent_order_no, answer)
    )
    found: dict[str, dict[str, int]] = {}
    for outage_no, what, how_many in (await session.execute(query)).all():
        found.setdefault(str(outage_no), {})[what] = how_many
    return {no: Counts(**{name: rows.get(name, 0) for name in Counts._fields}) for no, rows in found.items()}
