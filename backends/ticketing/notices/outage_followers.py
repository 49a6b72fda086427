"""What happens to an outage, told to its members, its subscribers, the subscribers of its area and whoever has been
told of it before; a change, a delay or a cancellation to exactly those who were told first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OutageHappened
from backends.ticketing.notices import audience, planned, service, templates, wording
from backends.ticketing.notices.audience import Source
from backends.ticketing.notices.models import Notice
from backends.ticketing.notices.service import Said
from backends.ticketing.outages.models import Outage


@dataclass(frozen=True)
class _Past:
    """What was said before this event changed it."""

    eta: datetime | None = None
    off_at: datetime | None = None
    on_at: datetime | None = None


async def follow_outage(session: AsyncSession, happened: OutageHappened) -> None:
    outage = happened.outage
    if happened.event in ("declare", "postpone") and outage.status == "planned":
        await planned.schedule(session, outage)
    if happened.event == "declare" and outage.status != "declared":
        return  # planned: told ahead of its hour; suspected: told once it is confirmed
    past = await _before(session, outage) if happened.event in ("update_eta", "postpone") else _Past()
    template = templates.of_event("outage", happened.event, _variant(outage, happened, past))
    if template is None:
        return
    sources = await _audience(session, happened)
    if not sources:
        return  # nobody was told it would happen, so nobody has to be told that it will not
    facts = wording.of_outage(outage, reason=happened.reason) | _changes(past)
    key = f"outage:{outage.outage_no}:{happened.event}:{outage.version}"
    said = Said(template, facts, key, outage_no=outage.outage_no, created_by=happened.actor)
    await service.say(session, said, sources)


def _variant(outage: Outage, happened: OutageHappened, past: _Past) -> str | None:
    if happened.event != "update_eta" or past.eta is None or outage.eta_restore_at is None:
        return None
    return "later" if outage.eta_restore_at > past.eta else "sooner" if outage.eta_restore_at < past.eta else None


def _changes(past: _Past) -> dict[str, Any]:
    return {
        "old_eta": wording.hour(past.eta) if past.eta else "",
        "old_span": wording.off_span(past.off_at, past.on_at),
    }


async def _audience(session: AsyncSession, happened: OutageHappened) -> list[Source]:
    number, event = happened.outage.outage_no, happened.event
    if event in ("cancel", "postpone"):
        first = await service.first_told(session, number, kinds_of=planned.AHEAD)
        return [audience.told_ahead(number, planned.AHEAD)] if first else []
    if event == "dismiss":
        return [audience.members(number)]
    everybody = [
        audience.members(number),
        audience.outage_subscribers(number),
        audience.told_of_outage(number),
        audience.area_subscribers(planned.area_of(happened.outage), "outage"),
    ]
    if event in ("restore", "majority_no"):  # members hear it one by one, by events of their own
        return [audience.without_members(source, number) for source in everybody[1:]]
    return everybody


async def _before(session: AsyncSession, outage: Outage) -> _Past:
    """The times as people were told them last."""
    found = (
        sa.select(Notice.facts)
        .where(Notice.outage_no == outage.outage_no, Notice.status == "queued")
        .order_by(Notice.created_at.desc(), Notice.notice_id.desc())
        .limit(1)
    )
    told = (await session.execute(found)).scalar_one_or_none() or {}
    times = (datetime.fromisoformat(told[name]) if told.get(name) else None for name in wording.TIMES)
    return _Past(*times)
