"""Trying to reach the customer: messages by themselves, calls by people; three times at most, two hours apart."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed
from backends.ticketing.follow_up import planning, repository, rules
from backends.ticketing.notices import kinds
from backends.ticketing.work_orders import repository as orders
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import get, move
from backends.ticketing.work_orders.written import fill
from kit import jobs

NO_ANSWER = "ticketing.follow_up.no_answer"
Result = Literal["answered", "no_answer", "refused", "wrong_number"]


async def attempt(session: AsyncSession, order: WorkOrder, *, actor: str) -> None:
    """One try begins. Raises EventNotAllowed, GuardFailed (by night)."""
    await move(session, order, Act("attempt", "follow_up", actor))


async def send(session: AsyncSession, order: WorkOrder) -> None:
    """A message goes out now, or at eight when it is night; the next thing is its answer or none."""
    opens = kinds.opens(moment())
    if opens > moment():
        return await planning.try_at(session, order, opens)
    await attempt(session, order, actor="ticketing")
    await jobs.defer(
        session, NO_ANSWER, {"order_no": order.order_no}, key=f"{NO_ANSWER}:{order.order_no}", after=rules.ANSWER_WITHIN
    )
    return None


def note(order: WorkOrder, result: Result) -> None:
    tries: list[dict[str, str]] = [*order.details["attempts"], {"at": moment().isoformat(), "result": result}]
    fill(order, {"attempts": tries})


async def missed(session: AsyncSession, order: WorkOrder, result: Result = "no_answer") -> None:
    """Nobody answered: once more, by phone when it was a message; the third time, or a wrong number, is the last."""
    note(order, result)
    tries = [event for event in await orders.events(session, order.order_no) if event.event == "attempt"]
    if len(tries) >= rules.TRIES:
        await move(session, order, Act("no_answer_final", "system", "ticketing", "三次未接"))
        order.close_reason = "unreachable"
        return
    await move(session, order, Act("no_answer", "system", "ticketing", result))
    await _again(session, order)


async def _again(session: AsyncSession, order: WorkOrder) -> None:
    if order.details["method"] in ("sms", "wechat"):
        fill(order, {"method": "phone"})
    at = kinds.opens(moment() + rules.AGAIN_AFTER)
    schedule = await repository.schedule(session, order.order_no)
    if schedule is not None:
        schedule.next_at = at
    await planning.try_at(session, order, at)


async def refused(session: AsyncSession, order: WorkOrder) -> None:
    """Not asked again, about this or anything."""
    note(order, "refused")
    await move(session, order, Act("refused", "customer", "customer"))
    if order.contact_phone:
        await repository.opt_out(session, order.contact_phone, order.order_no, moment())


async def locked(session: AsyncSession, order_no: str) -> tuple[WorkOrder, WorkOrder | None]:
    """The follow-up and its target, both locked, the target first as everywhere."""
    order = await get(session, order_no)
    if order.order_type != "follow_up":
        raise GuardFailed("not a follow-up")
    target_no = order.details["target_order_no"]
    target = await get(session, target_no, lock=True) if target_no else None
    return await get(session, order_no, lock=True), target


def questions(order: WorkOrder, target: WorkOrder | None) -> list[dict[str, Any]]:
    """What is asked, three at most (7.3)."""
    is_fault = target is not None and target.order_type == "fault_report"
    solved = "您家来电了吗？" if is_fault else "上次的问题解决了吗？"
    return [
        {"key": "q1_restored", "ask": solved, "choices": ["yes", "no", "partly"]},
        {"key": "q2_score", "ask": "请打分，5 很满意，1 很不满意。", "choices": [5, 4, 3, 2, 1]},
        {"key": "q3_words", "ask": "还有什么想说的？", "choices": []},
    ]
