"""/v1/follow-up-plans and /v1/questionnaires: plans with their figures, and sheets filled in by anybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.follow_up import plans, repository
from backends.ticketing.follow_up.models import FollowUpPlan
from backends.ticketing.follow_up.schemas import Answers, Closing, NewPlan
from backends.ticketing.web import Db, Key, Looks, write_once

router = APIRouter(tags=["follow-up"])
PlanNo = Annotated[str, Path(max_length=20, pattern=r"^HFJH-[0-9]{6}(-[0-9]{2,4})?$")]
Code = Annotated[str, Path(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]


@router.post("/follow-up-plans", status_code=201)
async def open_plan(new: NewPlan, db: Db, key: Key, look: Looks) -> JSONResponse:
    """A plan, its sample drawn at once; a questionnaire gets a code under which anybody may answer."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, await _shown(session, await plans.open_plan(session, new))

    return await write_once(db, key, ["follow-up plans", new.model_dump(mode="json")], run)


@router.get("/follow-up-plans/{plan_no}")
async def read_plan(plan_no: PlanNo, db: Db, look: Looks) -> dict[str, Any]:
    staff_only(look)
    async with db.reading() as session:
        return await _shown(session, await plans.get(session, plan_no))


@router.post("/follow-up-plans/{plan_no}/closing")
async def close_plan(plan_no: PlanNo, told: Closing, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Summed up, with what is to be done better; not before."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        plan = await plans.get(session, plan_no, lock=True)
        await plans.close(session, plan, told)
        await session.flush()
        return 200, await _shown(session, plan)

    return await write_once(db, key, ["follow-up plan closing", plan_no, told.model_dump(mode="json")], run)


@router.post("/questionnaires/{link_code}", status_code=201)
async def fill_in_questionnaire(link_code: Code, told: Answers, db: Db, key: Key) -> JSONResponse:
    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await plans.fill_in(session, link_code, told)
        return 201, {"thanks": "谢谢您的回答，对我们很有用。"}

    return await write_once(db, key, ["questionnaires", link_code, told.model_dump(mode="json")], run)


async def _shown(session: AsyncSession, plan: FollowUpPlan) -> dict[str, Any]:
    items = await repository.improvements(session, plan.plan_no)
    names = ("plan_no", "title", "scope", "sample_size", "design", "question_set", "method", "owner", "status")
    return {
        **{name: getattr(plan, name) for name in (*names, "summary", "link_code")},
        "start_on": plan.start_on.isoformat(),
        "end_on": plan.end_on.isoformat(),
        **await plans.figures(session, plan),
        "improvement_items": [
            {
                "words": item.words,
                "responsible": item.responsible,
                "due_on": item.due_on.isoformat() if item.due_on else None,
                "status": item.status,
            }
            for item in items
        ],
    }
