"""A running outage is spoken of at least every half hour; without a new time somebody is reminded (work-orders 5.2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OutageHappened
from backends.ticketing.outages import rules
from backends.ticketing.outages.machine import RUNNING
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders.service import moment
from kit import jobs

TASK = "ticketing.outages.remind_eta"
_BEGINS = frozenset({"declare", "confirm", "overrun", "majority_no"})


async def on_outage(session: AsyncSession, happened: OutageHappened) -> None:
    if happened.event in _BEGINS and happened.outage.status in RUNNING:
        await remind_at(session, happened.outage, moment() + rules.span("eta_update_min"))


async def remind_at(session: AsyncSession, outage: Outage, at: datetime) -> None:
    await jobs.defer(session, TASK, {"outage_no": outage.outage_no}, key=f"{outage.outage_no}:eta", at=at)


def stale_at(outage: Outage) -> datetime:
    """From when on the last word on this outage is too old."""
    begun = outage.off_at if outage.outage_kind != "fault" and outage.off_at else outage.registered_at
    return max(outage.eta_updated_at or begun, begun) + rules.span("eta_update_min")


def needs_words(outage: Outage) -> bool:
    """A planned outage within its announced hours needs none."""
    if outage.status not in RUNNING:
        return False
    return outage.status != "off" or outage.on_at is None or outage.on_at <= moment()
