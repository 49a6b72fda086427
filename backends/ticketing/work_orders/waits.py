"""What happens by itself when nothing happens: a state that has stood long enough (domain/work-orders.md 4).

The guards hold the same spans, so that nobody is early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened
from backends.ticketing.work_orders import noting, repository
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import move
from kit import jobs


@dataclass(frozen=True)
class Wait:
    """After `spans` in a state: `note` is written and told at each of them but the last, which lets `event` happen."""

    event: str
    spans: tuple[timedelta, ...]
    note: str | None = None


def _days(*days: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(days=n) for n in days)


WAITS: dict[tuple[str, str], Wait] = {
    ("consult", "waiting_customer"): Wait("give_up", _days(2, 4, 6, 7), note="remind"),
    ("consult", "replied"): Wait("confirm", _days(3)),
    ("fault_report", "restored"): Wait("ask", (timedelta(minutes=1),)),
    ("fault_report", "awaiting_confirm"): Wait("silent", _days(1)),
    ("fault_report", "cannot_access"): Wait("give_up", _days(2)),
    ("appointment", "finished"): Wait("feedback", _days(3)),
}


def of(order: WorkOrder) -> Wait | None:
    """What this order waits for; a member of an outage is asked and closed with its outage."""
    wait = WAITS.get((order.order_type, order.status))
    return None if wait and wait.event == "silent" and order.parent_order_no else wait


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    wait = of(order)
    if wait is not None and happened.before != order.status:
        await _defer(session, order, wait, 0, moment())


async def _defer(session: AsyncSession, order: WorkOrder, wait: Wait, turn: int, entered: datetime) -> None:
    await jobs.defer(
        session,
        "ticketing.work_orders.stood",
        {"order_no": order.order_no, "status": order.status, "entered_at": entered.isoformat(), "turn": turn},
        key=f"stood:{order.order_no}:{entered.isoformat()}:{turn}",
        at=entered + wait.spans[turn],
    )


async def go_on(session: AsyncSession, order: WorkOrder, *, status: str, entered_at: str, turn: int) -> None:
    """The state has stood until `spans[turn]`; nothing when the locked order has left it meanwhile."""
    wait, entered = of(order), datetime.fromisoformat(entered_at)
    if wait is None or order.status != status or await _entered(session, order) != entered:
        return
    if turn + 1 == len(wait.spans):
        await move(session, order, Act(wait.event, "system", "ticketing"))
        return
    await noting.note(session, order, Act(str(wait.note), "system", "ticketing"), {"times": turn + 1})
    await _defer(session, order, wait, turn + 1, entered)


async def _entered(session: AsyncSession, order: WorkOrder) -> datetime | None:
    """When the order came into the state it is in."""
    changes = [e.at for e in await repository.events(session, order.order_no) if e.from_status != e.to_status]
    return changes[-1] if changes else None
