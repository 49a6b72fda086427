"""Queueing notices: one row of what is said and, in the same transaction, one delivery a recipient."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.notices import audience, kinds, templates
from backends.ticketing.notices.audience import Source
from backends.ticketing.notices.models import Notice
from backends.ticketing.notices.templates import Template
from kernel import clock, ids
from kit import jobs

DELIVER = "ticketing.notices.deliver"


@dataclass(frozen=True)
class Said:
    """What is to be said. `dedupe_key`: the same key again says nothing."""

    template: Template
    facts: dict[str, Any]
    dedupe_key: str | None = None
    order_no: str | None = None
    outage_no: str | None = None
    follows: str | None = None
    created_by: str = "ticketing"
    audience: dict[str, Any] = field(default_factory=dict)


def moment() -> datetime:
    return clock.now().replace(microsecond=0)


async def say(session: AsyncSession, said: Said, sources: list[Source]) -> str | None:
    """Queue a notice to everybody of the sources; gives its id, None when it was said before."""
    notice_id = await write_down(session, said, status="queued")
    if notice_id is not None:
        await queue(session, await session.get_one(Notice, notice_id), sources)
    return notice_id


async def write_down(session: AsyncSession, said: Said, *, status: str, send_at: datetime | None = None) -> str | None:
    """The notice without deliveries; None when one with this key stands."""
    now, shown = moment(), templates.words(said.template, said.facts)
    values = {
        "notice_id": ids.new_id("n"),
        "kind": said.template.kind,
        "template": said.template.key,
        "status": status,
        "order_no": said.order_no,
        "outage_no": said.outage_no,
        "follows": said.follows,
        "dedupe_key": said.dedupe_key,
        "text": shown.text,
        "speech": shown.speech,
        "audience": said.audience,
        "facts": said.facts,
        "created_by": said.created_by,
        "created_at": now,
        "send_at": send_at or now,
        "queued_at": now if status == "queued" else None,
    }
    statement = (
        insert(Notice)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Notice.notice_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def queue(session: AsyncSession, notice: Notice, sources: list[Source]) -> int:
    """The deliveries of a notice that stands, and the job that sends them; gives how many are new."""
    now = moment()
    kind = kinds.in_force(notice.kind, now.date())
    made = await audience.queue(session, notice, kind, sources, now=now)
    if made:
        await wake(session, kinds.earliest(kind, now))
    return made


async def wake(session: AsyncSession, at: datetime) -> None:
    """Have what is queued sent at `at`; one job for all who say so for the same minute."""
    if at <= clock.now():
        await jobs.defer(session, DELIVER, {}, key=DELIVER)
    else:
        await jobs.defer(session, DELIVER, {}, key=f"{DELIVER}:{at:%Y%m%d%H%M}", at=at)


async def first_told(session: AsyncSession, outage_no: str, *, kinds_of: tuple[str, ...]) -> str | None:
    """The first notice of these kinds about the outage; None when nobody has been told yet."""
    found = (
        sa.select(Notice.notice_id)
        .where(Notice.outage_no == outage_no, Notice.kind.in_(kinds_of), Notice.status == "queued")
        .order_by(Notice.created_at, Notice.notice_id)
        .limit(1)
    )
    return (await session.execute(found)).scalar_one_or_none()
