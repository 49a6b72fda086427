"""Letting one event happen: the row of the machine that allows it, its guards, what it writes, who is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import EventNotAllowed, GuardFailed, OrderNotFound, RoleNotAllowed, VersionConflict
from backends.ticketing.happenings import OrderHappened, ask, tell
from backends.ticketing.machine import Rule
from backends.ticketing.work_orders import closing, derived, repository, splitting, written
from backends.ticketing.work_orders.acts import Act, event_row, moment
from backends.ticketing.work_orders.guards import GUARDS, Moment
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.stamps import stamp


async def get(session: AsyncSession, order_no: str, *, lock: bool = False) -> WorkOrder:
    if lock:
        await repository.lock_outage_of(session, order_no)
    order = await repository.get(session, order_no, lock=lock)
    if order is None:
        raise OrderNotFound(order_no)
    return order


async def move(session: AsyncSession, order: WorkOrder, act: Act) -> WorkOrder:
    """Let one event happen; the order must be locked by the caller (or be new).

    Raises:
        EventNotAllowed, GuardFailed, RoleNotAllowed, VersionConflict, BadField.
    """
    if act.if_version is not None and act.if_version != order.version:
        raise VersionConflict(f"the order is at version {order.version}")
    rows = _rows(order, act)
    was = {**order.details, "attachment_keys": list(order.attachment_keys)}
    filled = written.apply(order, act) | derived.fill_from(order, act)
    past = await repository.events(session, order.order_no)
    row = _choose(order, rows, Moment(moment(), act, past, was, await _target(session, order)))
    await ask(session, order, act)
    before, order.status = order.status, row.to
    stamp(order, act.event)
    session.add(event_row(order, act, before, moment(), data=filled))
    await session.flush()
    if row.to == "split":
        await splitting.file_split(session, order, move)
    await tell(session, OrderHappened(order, act.event, act.role, act.actor, before, act.reason, filled))
    return order


async def _target(session: AsyncSession, order: WorkOrder) -> WorkOrder | None:
    about = order.details.get("target_order_no")
    return await repository.get(session, about) if about else None


def _rows(order: WorkOrder, act: Act) -> list[Rule]:
    rows = MACHINES[order.order_type].rows(order.status, act.event)
    if not rows:
        possible = MACHINES[order.order_type].possible(order.status)
        raise EventNotAllowed(f"{act.event} is not possible in state {order.status}", possible=possible)
    if not any(row.allows(act.role) for row in rows):
        raise RoleNotAllowed(f"{act.role} may not do {act.event}")
    return rows


def _choose(order: WorkOrder, rows: list[Rule], at: Moment) -> Rule:
    """The first row whose conditions hold."""
    problem: str | None = None
    for row in rows:
        problem = _refusal(order, row, at)
        if problem is None:
            return row
    raise GuardFailed(problem or "refused")


def _refusal(order: WorkOrder, row: Rule, at: Moment) -> str | None:
    if not row.allows(at.act.role):
        return f"{at.act.role} may not do {row.event} here"
    if row.needs_reason and not at.act.reason:
        return "a reason is needed"
    missing = [name for name in row.needs if _value(order, name) in (None, "", [])]
    if missing:
        return f"needs {', '.join(missing)}"
    problem = GUARDS[row.check](order, at) if row.check else None
    return problem or (closing.problem(order, row) if row.to == "closed" else None)


def _value(order: WorkOrder, name: str) -> Any:
    return order.attachment_keys if name == "attachment_keys" else order.details.get(name)
