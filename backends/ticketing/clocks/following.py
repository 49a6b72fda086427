"""Every event of an order turns its clocks: they start, stand, run on, are met or stopped. The order's own deadline and
the time it stood are those of its main clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.clocks import kinds, repository, running
from backends.ticketing.clocks.kinds import Kind, Start
from backends.ticketing.clocks.models import Clock
from backends.ticketing.happenings import OrderHappened
from backends.ticketing.machine import FINAL
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.written import fill


async def follow_order(session: AsyncSession, happened: OrderHappened) -> None:
    order, now = happened.order, moment()
    own = kinds.of(order.order_type)
    if not _matters(own, happened):
        return
    fresh = happened.event == "register"
    known = {} if fresh else {clock.kind: clock for clock in await repository.running(session, order.order_no)}
    for kind in own:
        clock = known.get(kind.name)
        if clock is not None:
            _turn(order, kind, clock, happened.event, now)
        how = kind.starts.get(happened.event)
        if how and _runs(kind, order) and not (how is Start.ONCE and clock is not None and clock.is_open):
            await _start(session, order, kind, how, clock, now)
    await session.flush()


def _matters(own: tuple[Kind, ...], happened: OrderHappened) -> bool:
    """Most events change no clock: those that leave the order where it is and name none."""
    moved = happened.before != happened.order.status
    return bool(own) and (moved or any(happened.event in kind.starts or happened.event in kind.met_by for kind in own))


def _runs(kind: Kind, order: WorkOrder) -> bool:
    return order.status in kind.runs_in if kind.runs_in else order.status not in FINAL


def _turn(order: WorkOrder, kind: Kind, clock: Clock, event: str, now: datetime) -> None:
    stood, stands = timedelta(0), kind.stands_in.get(order.status)
    if event in kind.met_by:
        stood = running.meet(clock, now=now, at_most=kind.stands_at_most)
    elif not _runs(kind, order):
        stood = running.stop(clock, now=now, at_most=kind.stands_at_most)
    elif stands:
        running.pause(clock, "customer_work" if event == "inspect_fail" else stands, now=now)
    elif clock.paused_reason in {*kind.stands_in.values(), "customer_work"}:
        stood = running.resume(clock, now=now, at_most=kind.stands_at_most)
    if kind.is_main:
        order.deadline_at, order.paused_at = clock.due_at, clock.paused_at
        order.clock_paused_s += int(stood.total_seconds())


async def _start(
    session: AsyncSession, order: WorkOrder, kind: Kind, how: Start, before: Clock | None, now: datetime
) -> None:
    if before is not None and before.is_open:
        running.stop(before, now=now)
        await session.flush()  # before the next one of its kind, which must be the only one that runs
    promise = running.promise_of(kind, kind.narrowed(order), now)
    clock = running.start(order.order_no, kind, promise, now=now, due_at=_kept(order, kind, how))
    session.add(clock)
    if kind.is_main:
        order.deadline_at = clock.due_at
    if (kind.detail and how is not Start.KEPT) or (kind.detail and order.reopened_count):
        fill(order, {kind.detail: clock.due_at})


def _kept(order: WorkOrder, kind: Kind, how: Start) -> datetime | None:
    if how is not Start.KEPT:
        return None
    named = order.details.get(kind.detail) if kind.detail and not kind.is_main else None
    return datetime.fromisoformat(named) if named else order.deadline_at
