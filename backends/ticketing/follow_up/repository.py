"""Every query of follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.follow_up.models import (
    CareTask,
    FollowUpOptOut,
    FollowUpPlan,
    FollowUpSchedule,
    ImprovementItem,
    QuestionnaireAnswer,
)
from backends.ticketing.work_orders.models import WorkOrder

_FINAL = ("closed", "withdrawn", "rejected")


async def has_opted_out(session: AsyncSession, phone: str) -> bool:
    return await session.get(FollowUpOptOut, phone) is not None


async def opt_out(session: AsyncSession, phone: str, order_no: str, at: datetime) -> None:
    row = insert(FollowUpOptOut).values(phone=phone, order_no=order_no, at=at)
    await session.execute(row.on_conflict_do_nothing())


async def schedule(session: AsyncSession, order_no: str) -> FollowUpSchedule | None:
    return await session.get(FollowUpSchedule, order_no)


async def by_token(session: AsyncSession, token: str) -> FollowUpSchedule | None:
    return (
        await session.execute(sa.select(FollowUpSchedule).where(FollowUpSchedule.token == token))
    ).scalar_one_or_none()


async def to_call(session: AsyncSession, now: datetime, *, most: int) -> Sequence[WorkOrder]:
    """Follow-ups whose hour has come and that a person must call, the most overdue first."""
    query = (
        sa.select(WorkOrder)
        .join(FollowUpSchedule, FollowUpSchedule.order_no == WorkOrder.order_no)
        .where(WorkOrder.status == "planned", WorkOrder.details["method"].astext == "phone")
        .where(FollowUpSchedule.next_at <= now)
        .order_by(WorkOrder.deadline_at, WorkOrder.order_no)
        .limit(most)
    )
    return (await session.execute(query)).scalars().all()


async def low_scores_since(session: AsyncSession, phone: str, since: datetime) -> int:
    """How often this customer gave 1 or 2 of 5 in follow-ups answered since then."""
    score = WorkOrder.details["answers"]["q2_score"].astext
    query = sa.select(sa.func.count()).where(
        WorkOrder.order_type == "follow_up",
        WorkOrder.contact_phone == phone,
        WorkOrder.registered_at >= since,
        score.in_(("1", "2")),
    )
    return int((await session.execute(query)).scalar_one())


async def care_tasks(session: AsyncSession, *, most: int) -> Sequence[CareTask]:
    """What is still to be done, the most urgent first."""
    query = sa.select(CareTask).where(CareTask.done_at.is_(None)).order_by(CareTask.due_at, CareTask.id).limit(most)
    return (await session.execute(query)).scalars().all()


async def care_task(session: AsyncSession, task_id: int) -> CareTask | None:
    return await session.get(CareTask, task_id, with_for_update=True)


# --- plans ----------------------------------------------------------------------------------------------------------


async def plan(session: AsyncSession, plan_no: str, *, lock: bool = False) -> FollowUpPlan | None:
    return await session.get(FollowUpPlan, plan_no, with_for_update=lock or None)


async def plan_of_link(session: AsyncSession, code: str) -> FollowUpPlan | None:
    return (await session.execute(sa.select(FollowUpPlan).where(FollowUpPlan.link_code == code))).scalar_one_or_none()


async def plans_of_month(session: AsyncSession, prefix: str) -> int:
    query = sa.select(sa.func.count()).where(FollowUpPlan.plan_no.startswith(prefix))
    return int((await session.execute(query)).scalar_one())


async def closed_orders(
    session: AsyncSession, *, types: Sequence[str], since: date, until: date, community: str | None
) -> Sequence[WorkOrder]:
    """Orders of these types closed on these days (Shanghai, both included) whose customer left a phone."""
    day = sa.cast(sa.func.timezone("Asia/Shanghai", WorkOrder.closed_at), sa.Date)
    query = sa.select(WorkOrder).where(
        WorkOrder.order_type.in_(types),
        WorkOrder.status.in_(_FINAL),
        day.between(since, until),
        WorkOrder.contact_phone.is_not(None),
        WorkOrder.contact_phone.not_in(sa.select(FollowUpOptOut.phone)),
    )
    if community is not None:
        query = query.where(WorkOrder.community == community)
    return (await session.execute(query)).scalars().all()


async def follow_ups_of_plan(session: AsyncSession, plan_no: str) -> Sequence[WorkOrder]:
    query = sa.select(WorkOrder).join(FollowUpSchedule, FollowUpSchedule.order_no == WorkOrder.order_no)
    return (await session.execute(query.where(FollowUpSchedule.plan_no == plan_no))).scalars().all()


async def sheets(session: AsyncSession, plan_no: str) -> list[dict[str, Any]]:
    query = sa.select(QuestionnaireAnswer.answers).where(QuestionnaireAnswer.plan_no == plan_no)
    return list((await session.execute(query)).scalars())


async def improvements(session: AsyncSession, plan_no: str) -> Sequence[ImprovementItem]:
    query = sa.select(ImprovementItem).where(ImprovementItem.plan_no == plan_no).order_by(ImprovementItem.id)
    return (await session.execute(query)).scalars().all()
