"""Every query on deliveries that are being sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.notices import kinds, templates
from backends.ticketing.notices.outcomes import Outcome
from backends.ticketing.notices.templates import Words

LOCK_ROOM = 0x4E4F5449  # first half of the advisory locks of sending runs: "NOTI"


@dataclass(frozen=True)
class Taken:
    """A delivery in the hands of this run."""

    id: int
    notice_id: str
    kind: str
    channel: str
    phone: str
    account_no: str | None
    order_no: str | None
    is_urgent: bool
    attempts: int
    text: str
    speech: str
    fills: dict[str, Any] | None

    @property
    def delivery_id(self) -> str:
        return f"{self.notice_id}.{self.id}"

    @property
    def words(self) -> Words:
        return templates.finish(Words(self.text, self.speech), self.fills)


_GIVES = """d.id, d.notice_id, n.kind, d.channel, d.phone, d.account_no, d.order_no, d.is_urgent, d.attempts, n.text,
            n.speech, d.fills"""

_TAKE = sa.text(f"""
    UPDATE ticketing.notice_deliveries AS d SET state = 'sending', taken_by = :run
      FROM ticketing.notices n
     WHERE n.notice_id = d.notice_id AND d.id IN
           (SELECT id FROM ticketing.notice_deliveries
             WHERE state = 'queued' AND next_at <= :now AND (is_urgent OR NOT :is_quiet)
             ORDER BY is_urgent DESC, id LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING {_GIVES}""")  # noqa: S608


async def take(session: AsyncSession, run: int, *, now: datetime, limit: int) -> list[Taken]:
    """The next deliveries that are due, marked as this run's: urgent ones first; by night only those."""
    params = {"run": run, "now": now, "is_quiet": kinds.is_quiet(now), "limit": limit}
    rows = [Taken(*row) for row in (await session.execute(_TAKE, params)).all()]
    return sorted(rows, key=lambda row: (not row.is_urgent, row.id))


_RECENT = sa.text("""
    SELECT phone, array_agg(sent_at ORDER BY sent_at) FROM ticketing.notice_deliveries
     WHERE phone = ANY(:phones) AND sent_at > :since AND NOT is_urgent GROUP BY phone""")


async def over_the_rate(session: AsyncSession, batch: Sequence[Taken], *, now: datetime) -> dict[int, datetime]:
    """Delivery → when it may go out, for phones that have had their fill of what is not urgent."""
    allowed = kinds.limits()
    calm = [row for row in batch if not row.is_urgent]
    if not calm:
        return {}
    rows = await session.execute(_RECENT, {"phones": list({r.phone for r in calm}), "since": now - allowed.within})
    sent: dict[str, list[datetime]] = {phone: list(times) for phone, times in rows.all()}
    now_sent: Counter[str] = Counter()
    waits = {}
    for row in calm:
        had = sent.get(row.phone, [])
        if len(had) + now_sent[row.phone] >= allowed.most:
            waits[row.id] = (had[0] if had else now) + allowed.within
        else:
            now_sent[row.phone] += 1
    return waits


_RECORD = sa.text("""
    UPDATE ticketing.notice_deliveries AS d
       SET state = CASE WHEN o.state = 'queued' AND n.status = 'cancelled' THEN 'suppressed' ELSE o.state END,
           reason = CASE WHEN o.state = 'queued' AND n.status = 'cancelled' THEN 'cancelled' ELSE o.reason END,
           channel = o.channel, attempts = o.attempts, next_at = o.next_at,
           receipt = coalesce(o.receipt, d.receipt), sent_at = coalesce(d.sent_at, o.sent_at),
           delivered_at = coalesce(d.delivered_at, o.delivered_at), taken_by = NULL
      FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:reasons AS text[]), CAST(:channels AS text[]),
                  CAST(:attempts AS int[]), CAST(:next_ats AS timestamptz[]), CAST(:receipts AS text[]),
                  CAST(:sent_ats AS timestamptz[]), CAST(:delivered_ats AS timestamptz[]))
           AS o(id, state, reason, channel, attempts, next_at, receipt, sent_at, delivered_at), ticketing.notices n
     WHERE d.id = o.id AND n.notice_id = d.notice_id
       AND (d.taken_by = :run OR :run IS NULL AND d.state = 'unknown')""").bindparams(
    sa.bindparam("run", type_=postgresql.INTEGER)
)


async def record(session: AsyncSession, done: Sequence[Outcome], *, run: int | None) -> None:
    """Write the outcomes of this run (or, without one, of rows that were unknown). What has been taken out of the
    run's hands meanwhile stays as it is."""
    if not done:
        return
    columns: dict[str, Iterable[Any]] = {
        "ids": (o.id for o in done),
        "states": (o.state for o in done),
        "reasons": (o.reason for o in done),
        "channels": (o.channel for o in done),
        "attempts": (o.attempts for o in done),
        "next_ats": (o.next_at for o in done),
        "receipts": (o.receipt for o in done),
        "sent_ats": (o.sent_at for o in done),
        "delivered_ats": (o.delivered_at for o in done),
    }
    await session.execute(_RECORD, {name: list(values) for name, values in columns.items()} | {"run": run})


async def dead_runs(session: AsyncSession) -> list[int]:
    """Runs that took rows and hold no lock any more. Their locks are this transaction's until it ends."""
    runs = sa.text("SELECT DISTINCT taken_by FROM ticketing.notice_deliveries WHERE state = 'sending'")
    free = sa.text("SELECT pg_try_advisory_xact_lock(:room, :run)")
    taken = (await session.execute(runs)).scalars().all()
    return [run for run in taken if (await session.execute(free, {"room": LOCK_ROOM, "run": run})).scalar_one()]


async def abandon(session: AsyncSession, runs: list[int], *, now: datetime) -> int:
    statement = sa.text("""
        UPDATE ticketing.notice_deliveries SET state = 'unknown', reason = 'worker_died',
               taken_by = NULL, next_at = :now
         WHERE state = 'sending' AND taken_by = ANY(:runs)""")
    return int((await session.execute(statement, {"runs": runs, "now": now})).rowcount)  # type: ignore[attr-defined]


_UNKNOWN = sa.text(f"""
    SELECT {_GIVES} FROM ticketing.notice_deliveries d JOIN ticketing.notices n USING (notice_id)
     WHERE d.state = 'unknown' AND d.next_at <= :now ORDER BY d.id LIMIT :limit FOR UPDATE OF d SKIP LOCKED""")  # noqa: S608


async def unknown(session: AsyncSession, *, now: datetime, limit: int) -> list[Taken]:
    """Locked until the caller's transaction ends."""
    return [Taken(*row) for row in (await session.execute(_UNKNOWN, {"now": now, "limit": limit})).all()]


async def next_at(session: AsyncSession, *, after: datetime) -> datetime | None:
    """The soonest moment anything waits for; moments that have passed count when only the night holds them back."""
    statement = sa.text("""
        SELECT min(next_at) FROM ticketing.notice_deliveries
         WHERE state IN ('queued', 'unknown') AND (next_at > :after OR state = 'queued' AND NOT is_urgent)""")
    return (await session.execute(statement, {"after": after})).scalar_one_or_none()
