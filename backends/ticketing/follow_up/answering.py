"""What an answer leads to (7.4): content, it is over; not, somebody has something to do, by a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import calendar
from backends.ticketing.follow_up import repository, trying
from backends.ticketing.follow_up.models import CareTask, ImprovementItem
from backends.ticketing.follow_up.schemas import Answers
from backends.ticketing.work_orders import noting, reopening
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.guards.visiting import is_content
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import move

LOW = 2
CALLED_WITHIN = timedelta(hours=2)
LISTED_WITHIN = timedelta(days=7)
TWICE_WITHIN = timedelta(days=30)
_SERIOUS = frozenset({"attitude", "cost"})


@dataclass(frozen=True)
class Led:
    """What somebody has to do; `action` is the field `next_action`."""

    action: str = "none"
    care: str | None = None
    due_at: datetime | None = None
    order: WorkOrder | None = None


async def answer(
    session: AsyncSession, order: WorkOrder, target: WorkOrder | None, told: Answers, *, actor: str, key: str
) -> Led:
    """Take the answers down, score the target, and start what they ask for. Both are locked.

    Raises:
        EventNotAllowed: it was answered, or given up, before.
    """
    if order.status == "planned":
        await trying.attempt(session, order, actor=actor)
    trying.note(order, "answered")
    data: dict[str, Any] = {"answers": told.answers(), "is_solved": told.q1_restored}
    if told.unsatisfied_reason:
        data["unsatisfied_reason"] = told.unsatisfied_reason
    await move(session, order, Act("answered", "customer", actor, told.q3_words, data))
    await _score(session, order, target, told)
    if is_content(order):
        await move(session, order, Act("satisfied", "system", "ticketing"))
        return Led()
    led = await _lead_on(session, order, target, told, key)
    await move(session, order, Act("unsatisfied", "system", "ticketing", led.care, {"next_action": led.action}))
    if led.care is not None and led.due_at is not None:
        session.add(CareTask(kind=led.care, order_no=order.order_no, at=moment(), due_at=led.due_at))
    return led


async def _score(session: AsyncSession, order: WorkOrder, target: WorkOrder | None, told: Answers) -> None:
    order.satisfaction = told.q2_score
    if target is None or told.q2_score is None:
        return
    target.satisfaction = told.q2_score
    data = {"score": told.q2_score, "is_solved": told.q1_restored, "follow_up": order.order_no}
    await noting.note(session, target, Act("rate", "customer", "follow_up"), data)


async def _lead_on(session: AsyncSession, order: WorkOrder, target: WorkOrder | None, told: Answers, key: str) -> Led:
    if told.q1_restored == "no" and target is not None and _can_reopen(target):
        why = Act("reopen", "customer", "follow_up", told.q3_words or "回访时说没有解决")
        again = await reopening.again(session, target, why, key=f"{key}:again")
        again.order.escalation_level = max(again.order.escalation_level, 1)
        return Led("reopen", "see_to_it", again.order.deadline_at, again.order)
    low = told.q2_score is not None and told.q2_score <= LOW
    if low and await _is_twice(session, order):
        return Led("manager_call", "supervisor_visit", calendar.end_of_workday(moment(), 2))
    if low and told.unsatisfied_reason in _SERIOUS:
        return Led("manager_call", "complaint_intent", moment() + CALLED_WITHIN)
    if low or told.q1_restored == "no":
        return Led("manager_call", "manager_call", moment() + CALLED_WITHIN)
    _list(session, order, target, told)
    return Led("none", "see_to_it", moment() + LISTED_WITHIN)


def _can_reopen(target: WorkOrder) -> bool:
    return bool(MACHINES[target.order_type].rows(target.status, "reopen"))


async def _is_twice(session: AsyncSession, order: WorkOrder) -> bool:
    await session.flush()
    phone = order.contact_phone
    return phone is not None and await repository.low_scores_since(session, phone, moment() - TWICE_WITHIN) >= 2


def _list(session: AsyncSession, order: WorkOrder, target: WorkOrder | None, told: Answers) -> None:
    session.add(
        ImprovementItem(
            at=moment(),
            order_no=order.order_no,
            target_order_no=target.order_no if target else None,
            plan_no=order.details["plan_no"],
            reason=told.unsatisfied_reason or "other",
            words=told.q3_words,
            status="open",
        )
    )


async def finish(session: AsyncSession, task: CareTask, *, by: str, outcome: str) -> None:
    """What had to be done is done; the follow-up it came from is over with it."""
    task.done_at, task.done_by, task.outcome = moment(), by, outcome
    order, _ = await trying.locked(session, task.order_no)
    if order.status == "acting":
        await move(session, order, Act("done", "supervisor", by, outcome))
