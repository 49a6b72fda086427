"""Sending what is queued: taken in batches, handed to the doors, and the outcome written down.

A run takes rows (`sending`, `taken_by` the run) and commits before it sends. While it lives it holds an advisory lock
of its number on a connection of its own; PostgreSQL frees it the moment the process is gone. So a row whose run has no
lock was left behind: it may or may not have gone out, becomes `unknown`, and the door is asked by its delivery id.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from backends.ticketing.notices import channels, kinds, outcomes, repository
from backends.ticketing.notices.channels import Channel, NotReachable, Outgoing
from backends.ticketing.notices.outcomes import Outcome
from backends.ticketing.notices.repository import Taken
from kernel import clock
from kernel.errors import TimedOut, Unavailable
from kit import logging
from kit.db import Database

BATCH = 400
TOGETHER = 100  # sends under way at a time
log = logging.get("ticketing.notices")


@dataclass(frozen=True)
class Doors:
    """`otherwise` stands in for what nobody has implemented; None where nothing may."""

    otherwise: Channel | None = None

    def of(self, name: str) -> tuple[str, Channel] | None:
        """The door of this name, else SMS; None when there is neither. By night no telephone rings."""
        by_night = name == "phone" and kinds.is_quiet(clock.now())
        for wanted in (channels.FALLBACK,) if by_night else (name, channels.FALLBACK):
            door = channels.of(wanted, self.otherwise)
            if door is not None:
                return wanted, door
        return None


@asynccontextmanager
async def presence(db: Database) -> AsyncIterator[int]:
    """The number of this run, its lock held until the end of the block."""
    run = secrets.randbelow(2**31)
    async with db.engine.connect() as link:
        await link.execute(sa.text("SELECT pg_advisory_lock(:room, :run)"), {"room": repository.LOCK_ROOM, "run": run})
        await link.commit()  # a session's lock; no transaction stays open
        try:
            yield run
        finally:
            await link.invalidate()


async def run(db: Database, doors: Doors, *, most: int = 50 * BATCH) -> bool:
    """Send what is due, at most `most`; whether more may be left."""
    await find_the_dead(db)
    await reconcile(db, doors)
    async with presence(db) as number:
        for _ in range(0, most, BATCH):
            async with db.transaction() as session:
                batch = await repository.take(session, number, now=clock.now(), limit=BATCH)
            if not batch:
                return False
            await _send_batch(db, doors, batch, number)
    return True


async def _send_batch(db: Database, doors: Doors, batch: Sequence[Taken], number: int) -> None:
    async with db.transaction() as session:
        waits = await repository.over_the_rate(session, batch, now=clock.now())
    gate = asyncio.Semaphore(TOGETHER)

    async def one(row: Taken) -> Outcome:
        if row.id in waits:
            return outcomes.postponed(row, waits[row.id])
        async with gate:
            return await send(doors, row)

    done = await asyncio.gather(*(one(row) for row in batch))
    async with db.transaction() as session:
        await repository.record(session, done, run=number)


async def send(doors: Doors, row: Taken) -> Outcome:
    """One delivery; every failure becomes an outcome that says what to do next."""
    found = doors.of(row.channel)
    if found is None:
        return outcomes.suppressed(row, "no_channel")
    name, door = found
    try:
        receipt = await door.send(outgoing(row, name))
    except NotReachable as err:
        return outcomes.unreachable(row, name, err.code)
    except TimedOut:
        return outcomes.unknown(row, name)
    except Unavailable as err:
        return outcomes.try_again(row, name, err.code)
    except Exception as err:  # a door's own mistake must not stop the others; whether it sent anything is not known
        log.error("a door failed", channel=name, error=type(err).__name__, delivery_id=row.delivery_id)
        return outcomes.unknown(row, name)
    return outcomes.taken(row, name, receipt)


def outgoing(row: Taken, channel: str) -> Outgoing:
    shown = row.words
    return Outgoing(
        row.delivery_id, channel, row.kind, row.phone, shown.text, shown.speech, row.account_no, row.order_no
    )


async def find_the_dead(db: Database) -> int:
    """Rows of runs that are gone become `unknown`, to be asked about at once; gives how many."""
    async with db.transaction() as session:
        dead = await repository.dead_runs(session)
        return await repository.abandon(session, dead, now=clock.now()) if dead else 0


async def reconcile(db: Database, doors: Doors) -> None:
    """Ask the doors about what is unknown and due: sent after all, or never got, or still not to be known."""
    while True:
        async with db.transaction() as session:
            batch = await repository.unknown(session, now=clock.now(), limit=BATCH)
            done = await asyncio.gather(*(_look_up(doors, row) for row in batch))
            await repository.record(session, done, run=None)
        if len(batch) < BATCH:
            return


async def _look_up(doors: Doors, row: Taken) -> Outcome:
    found = doors.of(row.channel)
    try:
        receipt = await found[1].look_up(row.delivery_id) if found else None
    except Unavailable:
        return outcomes.still_unknown(row)
    return outcomes.taken(row, row.channel, receipt) if receipt else outcomes.never_sent(row)


async def next_due(db: Database, *, after: datetime) -> datetime | None:
    """When the next delivery becomes due that is not yet; None when none waits."""
    async with db.reading() as session:
        at = await repository.next_at(session, after=after)
    if at is None:
        return None
    soonest = max(at, after + timedelta(seconds=1))
    return soonest if at > after else kinds.opens(soonest)
