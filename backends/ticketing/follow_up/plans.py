"""Plans of follow-up and the seed's three surveys: cards, a drawn sample, a public questionnaire (7.5)."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed
from backends.ticketing.follow_up import planning, repository, rules
from backends.ticketing.follow_up.errors import PlanNotFound
from backends.ticketing.follow_up.models import FollowUpPlan, ImprovementItem, QuestionnaireAnswer
from backends.ticketing.follow_up.schemas import Answers, Closing, NewPlan
from backends.ticketing.work_orders.acts import moment
from kernel import clock

CONTENT_FROM = 4  # 满意率 = (4 分 + 5 分) / 有效答复
TARGET_PERCENT = 90
_METHODS = {"card": "card", "sampling": "phone"}


async def open_plan(session: AsyncSession, new: NewPlan) -> FollowUpPlan:
    """The plan with its sample drawn: the same orders whoever draws, because their places in the draw are their own."""
    plan = FollowUpPlan(
        plan_no=await _number(session),
        title=new.title,
        scope=new.scope.model_dump(mode="json") if new.scope else {},
        sample_size=new.sample_size,
        design="每单按 sha256(计划号:单号) 排位，取前 sample_size 个" if new.scope else "公开链接，不记名",
        question_set=list(new.question_set),
        method=new.method,
        owner=new.owner,
        start_on=new.start_on,
        end_on=new.end_on,
        status="open",
        link_code=secrets.token_urlsafe(9) if new.method == "questionnaire" else None,
        created_at=moment(),
    )
    session.add(plan)
    await session.flush()
    await _draw(session, plan, new)
    return plan


async def _number(session: AsyncSession) -> str:
    prefix = f"HFJH-{moment().astimezone(clock.TZ):%Y%m}"
    taken = await repository.plans_of_month(session, prefix)
    return f"{prefix}-{taken + 1:02d}" if taken else prefix


async def _draw(session: AsyncSession, plan: FollowUpPlan, new: NewPlan) -> None:
    if new.scope is None:
        return
    found = await repository.closed_orders(
        session,
        types=new.scope.order_types,
        since=new.scope.closed_from,
        until=new.scope.closed_until,
        community=new.scope.community,
    )
    drawn = sorted(found, key=lambda order: rules.place_of(order.order_no, plan.plan_no))[: plan.sample_size]
    for order in drawn:
        await planning.plan(session, order, "periodic", _METHODS[plan.method], key=plan.plan_no, plan_no=plan.plan_no)


async def get(session: AsyncSession, plan_no: str, *, lock: bool = False) -> FollowUpPlan:
    plan = await repository.plan(session, plan_no, lock=lock)
    if plan is None:
        raise PlanNotFound(plan_no)
    return plan


async def fill_in(session: AsyncSession, link_code: str, told: Answers) -> None:
    """One sheet of a public questionnaire; nobody is asked who they are. Raises PlanNotFound, GuardFailed (over)."""
    plan = await repository.plan_of_link(session, link_code)
    if plan is None:
        raise PlanNotFound("no such questionnaire")
    if plan.status != "open" or not plan.start_on <= moment().astimezone(clock.TZ).date() <= plan.end_on:
        raise GuardFailed("the survey is over, or has not begun")
    session.add(QuestionnaireAnswer(plan_no=plan.plan_no, at=moment(), answers=told.answers()))


async def figures(session: AsyncSession, plan: FollowUpPlan) -> dict[str, Any]:
    """Counts of a plan. Who was not reached counts as asked, not as an answer."""
    asked = await repository.follow_ups_of_plan(session, plan.plan_no)
    sheets = [o.details["answers"] for o in asked if o.details["answers"]]
    sheets += await repository.sheets(session, plan.plan_no)
    scores = [sheet["q2_score"] for sheet in sheets if isinstance(sheet.get("q2_score"), int)]
    content = sum(score >= CONTENT_FROM for score in scores)
    return {
        "asked_count": len(asked),
        "done_count": sum(o.status in ("closed", "acting", "answered") for o in asked) or len(sheets),
        "answered_count": len(sheets),
        "unreachable_count": sum(o.close_reason == "unreachable" for o in asked),
        "unsatisfied_count": sum(score <= 2 for score in scores),
        "scores": {str(score): count for score, count in sorted(Counter(scores).items())},
        "satisfaction_percent": round(100 * content / len(scores), 1) if scores else None,
        "target_percent": TARGET_PERCENT,
        "solved": dict(Counter(sheet["q1_restored"] for sheet in sheets if "q1_restored" in sheet)),
    }


async def close(session: AsyncSession, plan: FollowUpPlan, told: Closing) -> None:
    """Raises GuardFailed: it is closed already."""
    if plan.status != "open":
        raise GuardFailed("the plan is closed")
    plan.status, plan.summary, plan.closed_at = "closed", told.summary, moment()
    for item in told.improvement_items:
        session.add(
            ImprovementItem(
                at=moment(),
                plan_no=plan.plan_no,
                reason="summary",
                words=item.words,
                responsible=item.responsible,
                due_on=item.due_on,
                status="open",
            )
        )
