"""Judging a fault report anew when its household says that it got worse (domain/work-orders.md 5.1, 6.1)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.work_orders import noting, schemas
from backends.ticketing.work_orders.acts import Act, Move
from backends.ticketing.work_orders.filing import priority_of_fault
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.written import fill


async def judge_again(session: AsyncSession, order: WorkOrder, told: schemas.NewUrge, move: Move) -> None:
    """Urging alone never changes a priority; new facts do, and only upwards. What has become a hazard leaves its
    outage and gets a crew of its own: nobody in danger waits for an area."""
    new = _new_facts(told)
    if order.order_type != "fault_report" or not new:
        return
    before = order.priority
    written = fill(order, new)
    order.priority = min(before, priority_of_fault(order.details))
    if order.priority == before:
        return
    act = Act("judge_again", "system", "ticketing", told.worse_note)
    data = {"priority_before": before, "priority": order.priority, **written}
    await noting.note(session, order, act, data)
    if order.priority == 1 and order.status == "merged":
        await move(session, order, Act("detach", "system", "ticketing", "情况变坏，出现险情，单独处理"))
        if order.status == "registered":
            await move(session, order, Act("dispatch", "system", "ticketing"))


def _new_facts(told: schemas.NewUrge) -> dict[str, object]:
    facts: dict[str, object] = {}
    if told.hazard_kind != "none":
        facts["hazard_kind"] = told.hazard_kind
    if told.is_life_support or told.reason == "life_need":
        facts["is_life_support"] = True
    return facts
