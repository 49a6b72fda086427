"""Reports that stand alone in an area become members of its outage, unless a crew is there already."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OutageHappened
from backends.ticketing.outages import members, rules
from backends.ticketing.outages.merging import fit, repository
from backends.ticketing.outages.merging.repository import Area
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders.service import moment


async def on_outage(session: AsyncSession, happened: OutageHappened) -> None:
    """A dispatcher may declare an outage after any number of reports: those that stand there join it."""
    outage = happened.outage
    if happened.event == "declare" and happened.role == "dispatcher" and outage.outage_kind == "fault":
        for area in areas_of(outage):
            await take_reports(session, outage, area)


def areas_of(outage: Outage) -> list[Area]:
    """The areas whose reports it takes; its community when it knows none."""
    return [Area(code, None) for code in outage.transformer_areas] or [Area(None, outage.community)]


async def take_reports(session: AsyncSession, outage: Outage, area: Area) -> None:
    """Needs the lock `area:…` and the outage locked (or new)."""
    since = moment() - rules.span("join_within_h")
    standing = await repository.lock_not_gathered(session, area, since=since, statuses=sorted(members.NOT_ON_SITE))
    for order in standing:
        if fit.covers(outage, order):
            await members.join(session, outage, order)
