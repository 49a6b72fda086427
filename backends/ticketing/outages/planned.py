"""A planned outage starts at its hour if it was announced in time, and is overrun when power is not back at its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed
from backends.ticketing.happenings import OutageHappened
from backends.ticketing.outages import rules
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders.service import moment
from kit import jobs

START, OVERRUN = "ticketing.outages.start", "ticketing.outages.overrun"


async def on_outage(session: AsyncSession, happened: OutageHappened) -> None:
    outage = happened.outage
    if outage.status == "planned" and happened.event in ("declare", "postpone"):
        if happened.event == "postpone":
            _require_new_notice(outage)
            outage.announced_at = moment()
        outage.start_refused_at = None
        await _defer(session, START, outage, outage.off_at)
    elif happened.event == "start":
        await _defer(session, OVERRUN, outage, outage.on_at)


def _require_new_notice(outage: Outage) -> None:
    if outage.off_at is None or outage.off_at - moment() < notice_span(outage):
        raise GuardFailed(f"the new time needs {notice_span(outage)} of notice")


def is_announced_in_time(outage: Outage) -> bool:
    """Registering publishes it (`GET /v1/outages`, the web); a postponed one was announced anew when it was moved."""
    announced = outage.announced_at or outage.registered_at
    return outage.off_at is not None and outage.off_at - announced >= notice_span(outage)


def notice_span(outage: Outage) -> timedelta:
    return rules.span(f"{outage.outage_kind}_notice_h")


async def _defer(session: AsyncSession, task: str, outage: Outage, at: datetime | None) -> None:
    if at is not None:
        args = {"outage_no": outage.outage_no, "at": at.isoformat()}
        await jobs.defer(session, task, args, key=f"{task}:{outage.outage_no}:{at:%Y%m%d%H%M}", at=at)
