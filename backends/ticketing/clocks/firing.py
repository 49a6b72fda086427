"""What happens when a mark of a clock has come: once, whoever looks and however often (docs/adr/0052).

A pass takes the orders that are due, each in a transaction of its own; an order somebody else has just now waits for
the next pass. A worker that was down does at its first pass what it missed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.clocks import escalations, kinds, repository, running
from backends.ticketing.clocks.models import Clock
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import move
from backends.ticketing.work_orders.noting import note
from backends.ticketing.work_orders.views import iso
from kit import logging
from kit.db import Database

BATCH, AT_ONCE = 200, 4
PUT_OFF = timedelta(minutes=1)
log = logging.get("ticketing.clocks")


async def pass_once(database: Database) -> int:
    """One pass; gives how many orders something happened to. The next pass is worth it at once when it was a whole
    batch."""
    async with database.transaction() as session:
        numbers = await repository.due_orders(session, moment(), at_most=BATCH)
    places = asyncio.Semaphore(AT_ONCE)

    async def one(order_no: str) -> bool:
        async with places:
            return await _safely(database, order_no)

    return sum(await asyncio.gather(*(one(number) for number in numbers)))


async def _safely(database: Database, order_no: str) -> bool:
    """One order that cannot be worked on holds no other up."""
    try:
        async with database.transaction() as session:
            return await fire(session, order_no)
    except Exception:
        log.exception("clock put off", order_no=order_no)
        async with database.transaction() as session:
            await repository.put_off(session, order_no, moment() + PUT_OFF)
        return False


async def fire(session: AsyncSession, order_no: str) -> bool:
    """Everything that is due of this order; False when there is nothing, or somebody else has it."""
    order = await repository.claim(session, order_no)
    if order is None:
        return False
    now, happened = moment(), False
    for clock in await repository.running(session, order_no, lock=True):
        if clock.next_at is not None and clock.next_at <= now:
            happened = await _pass_marks(session, order, clock, now) or happened
    return happened


async def _pass_marks(session: AsyncSession, order: WorkOrder, clock: Clock, now: datetime) -> bool:
    stages = running.pass_marks(clock, now=now)
    for stage in stages:
        if clock.kind == "accept" and stage == "breached":
            await _offer_again(session, order)
            break
        await _reach(session, order, clock, stage)
    return bool(stages)


async def _reach(session: AsyncSession, order: WorkOrder, clock: Clock, stage: str) -> None:
    kind = kinds.NAMES[order.order_type, clock.kind]
    if not kind.escalates:
        if stage == "breached":
            escalations.record(session, order, 0, f"{clock.kind}:{stage}", clock)
        return
    data = {"clock": clock.kind, "due_at": iso(clock.due_at), "customer_to_be_told": stage == "breached"}
    await note(session, order, Act(stage, "system", "ticketing", reason=kind.zh), data)
    await escalations.climb(session, order, escalations.LEVELS[stage], f"{clock.kind}:{stage}", clock)


async def _offer_again(session: AsyncSession, order: WorkOrder) -> None:
    """Nobody took it in time: the shift leader hears of it, and a crew is asked again unless a room that knows the
    crews has done so already."""
    if order.status != "dispatched":
        return
    await move(session, order, Act("no_answer", "system", "ticketing"))
    if order.status == "registered":
        await move(session, order, Act("dispatch", "system", "ticketing"))
