"""/v1/follow-ups, /v1/follow-up-cards, /v1/care-tasks: asking afterwards, answering, and what somebody must then do."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.follow_up import answering, repository, trying
from backends.ticketing.follow_up.errors import FollowUpNotFound
from backends.ticketing.follow_up.models import CareTask
from backends.ticketing.follow_up.schemas import Answers, Done, NewAttempt
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders import views

router = APIRouter(tags=["follow-up"])
OrderNo = Annotated[str, Path(max_length=20, pattern=r"^HF[0-9]{12,16}$")]
Token = Annotated[str, Path(min_length=10, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")]


@router.get("/follow-ups/due")
async def list_due(db: Db, look: Looks, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> dict[str, Any]:
    """Whom a person must call now."""
    staff_only(look)
    async with db.reading() as session:
        found = await repository.to_call(session, orders.moment(), most=limit)
        return {"items": [views.for_staff(order) for order in found]}


@router.post("/follow-ups/{order_no}/attempts", status_code=201)
async def note_attempt(order_no: OrderNo, told: NewAttempt, db: Db, key: Key, look: Looks) -> JSONResponse:
    """What came of a call: answers, nobody, no wish to be asked (never asked again), a wrong number."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order, target = await trying.locked(session, order_no)
        if told.answers is not None:
            led = await answering.answer(session, order, target, told.answers, actor=told.actor, key=key)
            return 201, _answered(order.order_no, led) | {"order": views.for_staff(order)}
        await trying.attempt(session, order, actor=told.actor)
        if told.result == "refused":
            await trying.refused(session, order)
        else:
            await trying.missed(session, order, told.result)
        return 201, {"order": views.for_staff(order)}

    return await write_once(db, key, ["follow-up attempts", order_no, told.model_dump(mode="json")], run)


@router.get("/follow-up-cards/{token}")
async def read_card(token: Token, db: Db) -> dict[str, Any]:
    """What a customer who was sent this card is asked; nothing about who or where they are."""
    async with db.reading() as session:
        schedule = await repository.by_token(session, token)
        if schedule is None:
            raise FollowUpNotFound("no such card")
        order = await orders.get(session, schedule.order_no)
        target = await orders.get(session, schedule.target_order_no) if schedule.target_order_no else None
        is_open = order.status in ("planned", "in_progress")
        return {"is_open": is_open, "questions": trying.questions(order, target) if is_open else []}


@router.post("/follow-up-cards/{token}", status_code=201)
async def answer_card(token: Token, told: Answers, db: Db, key: Key) -> JSONResponse:
    """The customer's answers. Whoever has the card was sent it."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        schedule = await repository.by_token(session, token)
        if schedule is None:
            raise FollowUpNotFound("no such card")
        order, target = await trying.locked(session, schedule.order_no)
        led = await answering.answer(session, order, target, told, actor="card", key=key)
        return 201, _answered(None, led)

    return await write_once(db, key, ["follow-up card", token, told.model_dump(mode="json")], run)


def _answered(order_no: str | None, led: answering.Led) -> dict[str, Any]:
    return {
        **({"order_no": order_no} if order_no else {}),
        "next_action": led.action,
        "other_order_no": led.order.order_no if led.order else None,
        "done_by": led.due_at.isoformat() if led.due_at else None,
    }


@router.get("/care-tasks")
async def list_care_tasks(db: Db, look: Looks, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> dict[str, Any]:
    """What discontent customers are waiting for, the most urgent first."""
    staff_only(look)
    async with db.reading() as session:
        return {"items": [_task(task) for task in await repository.care_tasks(session, most=limit)]}


@router.post("/care-tasks/{task_id}/done")
async def finish_care_task(
    task_id: Annotated[int, Path(ge=1, le=2**62)], told: Done, db: Db, key: Key, look: Looks
) -> JSONResponse:
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        task = await repository.care_task(session, task_id)
        if task is None:
            raise FollowUpNotFound("no such task")
        if task.done_at is None:
            await answering.finish(session, task, by=told.by, outcome=told.outcome)
        return 200, _task(task)

    return await write_once(db, key, ["care tasks", task_id, told.model_dump(mode="json")], run)


def _task(task: CareTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "kind": task.kind,
        "order_no": task.order_no,
        "due_at": task.due_at.isoformat(),
        "done_at": task.done_at.isoformat() if task.done_at else None,
        "done_by": task.done_by,
        "outcome": task.outcome,
    }
