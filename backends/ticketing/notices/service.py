"""Queueing notices: one row of what is said and, in the same transaction, one delivery a recipient."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.notices import kinds, queueing, templates
from backends.ticketing.notices.audience import Source
from backends.ticketing.notices.models import Notice
from backends.ticketing.notices.templates import Template
from kernel import clock, ids
from kit import jobs

DELIVER = "ticketing.notices.deliver"
LOOK_AGAIN = timedelta(seconds=5)
_is_history: ContextVar[bool] = ContextVar("what happens now happened long ago: nobody is told", default=False)


@contextmanager
def nobody_told() -> Iterator[None]:
    """What is written inside the block is history that is brought in: no notices come of it."""
    before = _is_history.set(True)
    try:
        yield
    finally:
        _is_history.reset(before)


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


@dataclass(frozen=True)
class Recipient:
    """One person; without a phone nobody is reached, and the delivery says so."""

    phone: str | None
    channel: str
    account_no: str | None = None


def moment() -> datetime:
    return clock.now().replace(microsecond=0)


async def say(session: AsyncSession, said: Said, sources: list[Source]) -> str | None:
    """Queue a notice to everybody of the sources; gives its id, None when it was said before."""
    if _is_history.get():
        return None
    notice_id = await write_down(session, said, status="queued")
    if notice_id is not None:
        await queue(session, await session.get_one(Notice, notice_id), sources)
    return notice_id


async def say_to(session: AsyncSession, said: Said, to: Recipient) -> str | None:
    """Queue a notice to one recipient, in one statement; gives its id, None when it was said before."""
    if _is_history.get():
        return None
    now, kind = moment(), kinds.in_force(said.template.kind, clock.today())
    row, at = _row(said, status="queued"), kinds.earliest(kind, now)
    own = {
        "recipient": to.phone or f"order:{said.order_no}",
        "phone": to.phone,
        "account_no": to.account_no,
        "channel": to.channel,
        "is_urgent": kind.is_urgent,
        "may_decline": kind.may_decline,
        "next_at": at,
    }
    facts = {name: json.dumps(row[name], ensure_ascii=False) for name in ("audience", "facts")}
    made = (await session.execute(_SAY_TO, {**row, **own, **facts})).scalar_one_or_none()
    if made is not None and to.phone:
        wake(session, at)
    return made


_SAY_TO = sa.text("""
    WITH said AS (
        INSERT INTO ticketing.notices (notice_id, kind, template, status, order_no, outage_no, follows, dedupe_key,
                                       text, speech, audience, facts, created_by, created_at, send_at, queued_at)
        VALUES (:notice_id, :kind, :template, :status, :order_no, :outage_no, :follows, :dedupe_key, :text, :speech,
                CAST(:audience AS jsonb), CAST(:facts AS jsonb), :created_by, :created_at, :send_at, :queued_at)
        ON CONFLICT (dedupe_key) DO NOTHING RETURNING notice_id),
    why AS (SELECT CASE WHEN CAST(:phone AS text) IS NULL THEN 'no_phone'
                        WHEN :may_decline AND EXISTS (SELECT 1 FROM ticketing.notice_opt_outs WHERE phone = :phone)
                             THEN 'declined' END AS reason)
    INSERT INTO ticketing.notice_deliveries (notice_id, recipient, phone, account_no, order_no, channel, must_confirm,
                                             state, reason, is_urgent, attempts, next_at, queued_at)
    SELECT notice_id, :recipient, :phone, :account_no, :order_no, :channel, false,
           CASE WHEN reason IS NULL THEN 'queued' ELSE 'suppressed' END, reason, :is_urgent, 0,
           CASE WHEN reason IS NULL THEN CAST(:next_at AS timestamptz) END, :created_at
      FROM said, why
    RETURNING notice_id""")


async def write_down(session: AsyncSession, said: Said, *, status: str, send_at: datetime | None = None) -> str | None:
    """The notice without deliveries; None when one with this key stands."""
    row = _row(said, status=status) | ({"send_at": send_at} if send_at else {})
    statement = (
        insert(Notice).values(**row).on_conflict_do_nothing(index_elements=["dedupe_key"]).returning(Notice.notice_id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


def _row(said: Said, *, status: str) -> dict[str, Any]:
    now, shown = moment(), templates.words(said.template, said.facts)
    return {
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
        "send_at": now,
        "queued_at": now if status == "queued" else None,
    }


async def queue(session: AsyncSession, notice: Notice, sources: list[Source]) -> int:
    """The deliveries of a notice that stands, and the job that sends them; gives how many are new."""
    now = moment()
    kind = kinds.in_force(notice.kind, now.date())
    made = await queueing.queue(session, notice, kind, sources, now=now)
    if made:
        wake(session, kinds.earliest(kind, now))
    return made


def wake(session: AsyncSession, at: datetime) -> None:
    """Have what is queued sent at `at`; one job for all who say so for the same minute. Every order and outage that
    changes comes by here, so the job's key is held for the commit only."""
    if at <= clock.now():
        jobs.defer_at_commit(session, DELIVER, {}, key=DELIVER)
    else:
        jobs.defer_at_commit(session, DELIVER, {}, key=f"{DELIVER}:{at:%Y%m%d%H%M}", at=at)


def look_again(session: AsyncSession) -> None:
    """Who found a job waiting and queued none may commit only after that job has looked: so it is looked once more."""
    at = clock.now() + LOOK_AGAIN
    jobs.defer_at_commit(session, DELIVER, {"is_last_look": True}, key=f"{DELIVER}:again", at=at)


async def first_told(session: AsyncSession, outage_no: str, *, kinds_of: tuple[str, ...]) -> str | None:
    """The first notice of these kinds about the outage; None when nobody has been told yet."""
    found = (
        sa.select(Notice.notice_id)
        .where(Notice.outage_no == outage_no, Notice.kind.in_(kinds_of), Notice.status == "queued")
        .order_by(Notice.created_at, Notice.notice_id)
        .limit(1)
    )
    return (await session.execute(found)).scalar_one_or_none()
