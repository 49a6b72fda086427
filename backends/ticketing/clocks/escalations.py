"""Who must hear of an order that is in danger: only upwards, until it is finished; no promise changes by it (5.3)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments
from backends.ticketing.clocks import repository
from backends.ticketing.clocks.models import Clock, Escalation
from backends.ticketing.happenings import OrderHappened
from backends.ticketing.machine import FINAL
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.noting import note

TOLD = {0: "team", 1: "team_lead", 2: "shift_leader_and_department", 3: "management"}
TOLD_ZH = {
    "team": "班组",
    "team_lead": "班组长",
    "shift_leader_and_department": "值班长、部门负责人",
    "management": "分管领导",
}
LEVELS = {"warned": 1, "breached": 2, "breached_half": 3}


async def climb(session: AsyncSession, order: WorkOrder, level: int, why: str, clock: Clock) -> None:
    """Raise the order to this level and say so; nothing when it stands there already."""
    if level <= order.escalation_level:
        return
    before, order.escalation_level = order.escalation_level, level
    record(session, order, level, why, clock)
    data = {"escalation_before": before, "escalation_level": level, "told": TOLD[level], "clock": clock.kind}
    await note(session, order, Act("escalate", "system", "ticketing", reason=why), data)


def record(session: AsyncSession, order: WorkOrder, level: int, why: str, clock: Clock | None = None) -> None:
    now = moment()
    session.add(
        Escalation(
            at=now,
            order_no=order.order_no,
            order_type=order.order_type,
            team=order.owner_team,
            level=level,
            told=TOLD[level],
            why=why,
            clock=clock.kind if clock else None,
            due_at=clock.due_at if clock else None,
            act_by=commitments.due("written_explanation", now) if level == 3 else None,
        )
    )


async def follow(session: AsyncSession, happened: OrderHappened) -> None:
    """Write down what other rules raised, whatever they were; an offer that lies is told of every time. Close what is
    finished."""
    order = happened.order
    if order.status in FINAL:
        if happened.before not in FINAL:
            await repository.close_escalations(session, order.order_no, moment())
    elif happened.event == "no_answer" or await _is_untold(session, order):
        record(session, order, order.escalation_level, happened.event)


async def _is_untold(session: AsyncSession, order: WorkOrder) -> bool:
    level = order.escalation_level
    return level > 0 and level > await repository.told_of(session, order.order_no)
