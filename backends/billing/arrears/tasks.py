"""The jobs of arrears: the day's reminders, and switching on again."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from backends.billing.arrears import service
from kernel import clock
from kernel.errors import Unavailable
from kit import jobs
from kit.jobs import task

PAGE = 200
AT = time(9, 30)  # nobody is reminded at night


@task("billing.remind")
async def remind(day: str) -> None:
    """The whole round of a day; the next is queued for tomorrow."""
    today = datetime.fromisoformat(day).date()
    after = ""
    while True:
        async with jobs.database().transaction() as session:
            seen = await service.remind(session, today, after=after, limit=PAGE)
        if not seen:
            break
        after = seen[-1]
    tomorrow = today + timedelta(days=1)
    async with jobs.database().transaction() as session:
        await jobs.defer(
            session, "billing.remind", {"day": tomorrow.isoformat()}, key=f"billing.remind:{tomorrow}",
            at=datetime.combine(tomorrow, AT, clock.TZ),
        )  # fmt: skip


@task("billing.reconnect")
async def reconnect(order_no: str) -> None:
    """Tried again until the meter answers or a crew has switched it on; each failure is kept."""
    async with jobs.database().transaction() as session:
        done = await service.reconnect(session, order_no)
    if not done:
        raise Unavailable("the meter does not answer", code="meter_silent")
