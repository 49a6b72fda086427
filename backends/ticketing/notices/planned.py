"""Planned and temporary outages are told ahead of their hour: 7 days and again 3 days before, or 24 hours (kinds.yml).

Each lead time is a job; it looks at the outage again and does nothing when it has been moved or called off meanwhile.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.notices import audience, kinds, service, templates, wording
from backends.ticketing.notices.audience import Area, Source
from backends.ticketing.notices.service import Said
from backends.ticketing.outages import service as outages
from backends.ticketing.outages.models import Outage
from kit import jobs

TELL_AHEAD = "ticketing.notices.tell_ahead"
AHEAD = ("planned_outage", "temporary_outage")
_KIND_OF = {"planned": "planned_outage", "temporary": "temporary_outage"}
_NIGHT_MATTERS = timedelta(hours=24)  # nearer than this, people are told at once, also by night


async def schedule(session: AsyncSession, outage: Outage) -> None:
    """One job for each time it is to be told. What should have been told already is told now, once."""
    kind_name = _KIND_OF.get(outage.outage_kind)
    if kind_name is None or outage.off_at is None:
        return
    now = service.moment()
    told = await service.first_told(session, outage.outage_no, kinds_of=AHEAD) is not None
    for at in _moments(kinds.in_force(kind_name, now.date()).lead, outage.off_at, now, is_told=told):
        args = {"outage_no": outage.outage_no, "off_at": outage.off_at.isoformat(), "planned_for": at.isoformat()}
        await jobs.defer(
            session, TELL_AHEAD, args, key=f"ahead:{outage.outage_no}:{outage.off_at:%Y%m%d%H%M}:{at:%Y%m%d%H%M}", at=at
        )


def _moments(lead: tuple[timedelta, ...], off_at: datetime, now: datetime, *, is_told: bool) -> list[datetime]:
    """When to tell: each lead time before `off_at` that lies ahead; before them now, when the first has passed and
    nobody has been told. By day, unless it is close."""
    wanted = [off_at - before for before in lead]
    times = [at for at in wanted if at > now]
    if len(times) < len(wanted) and not is_told and off_at > now:
        times.insert(0, now)
    return [_by_day(at, off_at) for at in times]


def _by_day(at: datetime, off_at: datetime) -> datetime:
    return at if off_at - at < _NIGHT_MATTERS else kinds.opens(at)


async def tell(session: AsyncSession, outage_no: str, off_at: str, planned_for: str) -> None:
    """Tell whoever the outage is for, unless it is no longer what was planned."""
    outage = await outages.get(session, outage_no, lock=True)
    if outage.status != "planned" or outage.off_at != datetime.fromisoformat(off_at):
        return
    first = await service.first_told(session, outage_no, kinds_of=AHEAD)
    name = "temporary.first" if outage.outage_kind == "temporary" else "planned.again" if first else "planned.first"
    key = f"ahead:{outage_no}:{off_at}:{planned_for}"
    said = Said(templates.load()[name], wording.of_outage(outage), key, outage_no=outage_no, follows=first)
    await service.say(session, said, sources(outage, first))


def sources(outage: Outage, first: str | None = None) -> list[Source]:
    """Who was told first, whoever has subscribed to the outage or its area since."""
    known = [audience.told_ahead(outage.outage_no, AHEAD)] if first else []
    return [
        *known,
        audience.outage_subscribers(outage.outage_no),
        audience.area_subscribers(area_of(outage), "outage"),
    ]


def area_of(outage: Outage) -> Area:
    spans = tuple((int(first), int(last)) for first, last in outage.buildings)
    return Area((outage.community,), tuple(outage.transformer_areas), spans)
