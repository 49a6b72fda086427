"""Later work of notices: tell ahead of a planned hour, send what is queued."""

from __future__ import annotations

from backends.ticketing.notices import announcements, delivery, planned, reminding, service
from backends.ticketing.notices.delivery import Doors
from backends.ticketing.notices.double import RecordingChannel
from kernel import clock
from kit import jobs, settings
from kit.db import Database


def doors(db: Database) -> Doors:
    """Outside production the recording double stands in for doors that do not exist yet."""
    return Doors(None if settings.load().environment == "production" else RecordingChannel(db))


@jobs.task(service.DELIVER)
async def deliver(is_last_look: bool = False) -> None:
    """Send what is due, then be woken again when more becomes due."""
    db = jobs.database()
    more = await delivery.run(db, doors(db))
    at = clock.now() if more else await delivery.next_due(db, after=clock.now())
    async with db.transaction() as session:
        if at is not None:
            service.wake(session, at)
        if not is_last_look:
            service.look_again(session)


@jobs.task(planned.TELL_AHEAD)
async def tell_ahead(outage_no: str, off_at: str, planned_for: str) -> None:
    async with jobs.database().transaction() as session:
        await planned.tell(session, outage_no, off_at, planned_for)


@jobs.task(announcements.RELEASE)
async def release(notice_id: str) -> None:
    """An approved announcement whose hour has come is queued for everybody it is for."""
    async with jobs.database().transaction() as session:
        await announcements.release(session, notice_id)


@jobs.task(reminding.REMIND)
async def remind(order_no: str, slot: dict[str, str]) -> None:
    async with jobs.database().transaction() as session:
        await reminding.remind(session, order_no, slot)
