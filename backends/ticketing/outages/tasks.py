"""Later work of outages: planned ones start and end at their hour, running ones are spoken of every half hour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

import backends.ticketing.outages.restoration.tasks  # noqa: F401  (registers its jobs)
from backends.ticketing.outages import eta, planned, rules, service
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders.service import moment
from kit import jobs


@asynccontextmanager
async def _locked(outage_no: str) -> AsyncIterator[tuple[AsyncSession, Outage]]:
    async with jobs.database().transaction() as session:
        yield session, await service.get(session, outage_no, lock=True)


@jobs.task(planned.START)
async def start(outage_no: str, at: str) -> None:
    """Off at its hour; without the notice the power stays on, and a person has to postpone or cancel."""
    async with _locked(outage_no) as (session, outage):
        if outage.status != "planned" or outage.off_at != datetime.fromisoformat(at):
            return
        if planned.is_announced_in_time(outage):
            await service.move_by_system(session, outage, "start")
        elif outage.start_refused_at is None:
            outage.start_refused_at = moment()
            await service.move_by_system(session, outage, "refuse_start", reason="通知期不足")


@jobs.task(planned.OVERRUN)
async def overrun(outage_no: str, at: str) -> None:
    async with _locked(outage_no) as (session, outage):
        if outage.status == "off" and outage.on_at == datetime.fromisoformat(at):
            await service.move_by_system(session, outage, "overrun", reason="到点未送电")


@jobs.task(eta.TASK)
async def remind_eta(outage_no: str) -> None:
    async with _locked(outage_no) as (session, outage):
        if not eta.needs_words(outage):
            return
        due = eta.stale_at(outage)
        if due <= moment():
            await service.move_by_system(session, outage, "eta_stale")
            due = moment() + rules.span("eta_update_min")
        await eta.remind_at(session, outage, due)
