"""An audience made into deliveries in one statement, or only counted: one row a recipient, with why one is left out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.notices.audience import COLUMNS, Source
from backends.ticketing.notices.kinds import Kind, earliest
from backends.ticketing.notices.models import Notice


def _union(sources: list[Source]) -> tuple[str, dict[str, Any]]:
    selects = [
        f"SELECT {rank} AS rank, {COLUMNS} FROM ({s.sql}) AS source_{rank}"  # noqa: S608
        for rank, s in enumerate(sources)
    ]
    params: dict[str, Any] = {}
    for source in sources:
        params |= source.params
    return " UNION ALL ".join(selects), params


# Why a recipient is not sent anything; NULL for those who are.
_REASON = """CASE WHEN phone IS NULL THEN 'no_phone'
                  WHEN :may_decline AND EXISTS (SELECT 1 FROM ticketing.notice_opt_outs o WHERE o.phone = u.phone)
                       THEN 'declined'
                  WHEN :needs_consent AND NOT EXISTS (SELECT 1 FROM ticketing.notice_subscriptions a
                        WHERE a.phone = u.phone AND a.topic = :consent_topic AND a.ended_at IS NULL) THEN 'no_consent'
                  WHEN u.recipient IN (SELECT t.recipient FROM ticketing.notice_deliveries t
                        JOIN ticketing.notices m USING (notice_id)
                        WHERE m.outage_no = :told_of_no AND m.notice_id <> :asking AND m.queued_at > :told_since
                          AND m.facts->>'told_off_at' = :told_hour AND m.kind = :told_kind
                          AND t.state <> 'suppressed') THEN 'told_already'
             END"""


def _one_each(notice: Notice, kind: Kind, sources: list[Source], now: datetime) -> tuple[str, dict[str, Any]]:
    union, params = _union(sources)
    sql = f"""SELECT DISTINCT ON (recipient) {COLUMNS}, rank, {_REASON} AS reason
                FROM ({union}) AS u ORDER BY recipient, rank"""  # noqa: S608
    rules = {"may_decline": kind.may_decline, "needs_consent": kind.needs_consent, "consent_topic": kind.topic}
    # Of one planned hour nobody is told twice within a day, though a list and a subscription both name them.
    told = {
        "told_of_no": notice.outage_no if kind.lead else None,
        "told_kind": kind.name,
        "told_hour": notice.facts.get("told_off_at"),
        "told_since": now - timedelta(days=1),
        "asking": notice.notice_id,
    }
    return sql, params | rules | told


async def queue(session: AsyncSession, notice: Notice, kind: Kind, sources: list[Source], *, now: datetime) -> int:
    """Make the deliveries of a notice; gives how many are new. The same recipient is in it once."""
    chosen, params = _one_each(notice, kind, sources, now)
    statement = f"""
        INSERT INTO ticketing.notice_deliveries
               (notice_id, {COLUMNS}, state, reason, is_urgent, attempts, next_at, queued_at)
        SELECT :notice_id, {COLUMNS}, CASE WHEN reason IS NULL THEN 'queued' ELSE 'suppressed' END, reason,
               :is_urgent, 0, CASE WHEN reason IS NULL THEN CAST(:next_at AS timestamptz) END, :now
          FROM ({chosen}) AS chosen
        ON CONFLICT (notice_id, recipient) DO NOTHING"""  # noqa: S608
    own = {"notice_id": notice.notice_id, "is_urgent": kind.is_urgent, "next_at": earliest(kind, now), "now": now}
    done = await session.execute(sa.text(statement), params | own)
    return int(done.rowcount)  # type: ignore[attr-defined]


async def preview(
    session: AsyncSession, notice: Notice, kind: Kind, sources: list[Source], *, now: datetime
) -> dict[str, Any]:
    """How many would be told, by source and channel, and how many not, by reason."""
    chosen, params = _one_each(notice, kind, sources, now)
    statement = f"SELECT rank, channel, reason, count(*) AS n FROM ({chosen}) AS c GROUP BY rank, channel, reason"  # noqa: S608
    rows = (await session.execute(sa.text(statement), params)).all()
    counts: dict[str, Any] = {"recipients": 0, "by_source": {}, "by_channel": {}, "suppressed": {}}
    for rank, channel, reason, number in rows:
        if reason:
            counts["suppressed"][reason] = counts["suppressed"].get(reason, 0) + number
            continue
        counts["recipients"] += number
        for name, key in (("by_source", sources[rank].name), ("by_channel", channel)):
            counts[name][key] = counts[name].get(key, 0) + number
    return counts
