"""Who is to hear a notice, as SQL: each source is a SELECT of (rank, recipient, phone, account_no, order_no, channel,
must_confirm, fills); `queue` turns the union into deliveries in one statement, one row a recipient.

Whom nobody can reach, who declined, who never agreed: queued as suppressed, with the reason, so that it can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.notices.kinds import Kind, earliest
from backends.ticketing.notices.models import Notice

_COLUMNS = "recipient, phone, account_no, order_no, channel, must_confirm, fills"


@dataclass(frozen=True)
class Source:
    """`sql` selects the columns above; `params` are its own."""

    name: str
    sql: str
    params: dict[str, Any]


def members(outage_no: str) -> Source:
    """Reports that belong to the outage; critical and life-support users must confirm that they know."""
    return Source(
        "members",
        """SELECT coalesce(contact_phone, 'order:' || order_no) AS recipient, contact_phone AS phone, account_no,
                  order_no, CASE WHEN channel IN ('wechat', 'app', 'web_chat', 'email') THEN channel ELSE 'sms' END
                  AS channel,
                  coalesce(details->>'is_life_support', 'false') = 'true'
                    OR coalesce(details->>'critical_user_kind', 'none') <> 'none' AS must_confirm,
                  CAST(NULL AS jsonb) AS fills
             FROM ticketing.work_orders
            WHERE parent_order_no = :outage_no AND order_type = 'fault_report'
              AND status IN ('merged', 'awaiting_confirm')""",
        {"outage_no": outage_no},
    )


def outage_subscribers(outage_no: str) -> Source:
    return Source(
        "outage_subscribers",
        """SELECT phone AS recipient, phone, CAST(NULL AS text) AS account_no, order_no,
                  CASE channel WHEN 'phone' THEN 'sms' ELSE channel END AS channel, false AS must_confirm,
                  CAST(NULL AS jsonb) AS fills
             FROM ticketing.outage_subscriptions WHERE outage_no = :outage_no""",
        {"outage_no": outage_no},
    )


@dataclass(frozen=True)
class Area:
    """Places; `buildings` are ranges of the one community, empty: all of it."""

    communities: tuple[str, ...] = ()
    transformer_areas: tuple[str, ...] = ()
    buildings: tuple[tuple[int, int], ...] = ()


def area_subscribers(area: Area, topic: str) -> Source:
    """Who subscribed to a place of the area, in a building that is in it (an unknown building is)."""
    spans = area.buildings or ((0, 2**31 - 1),)
    return Source(
        "area_subscribers",
        """SELECT phone AS recipient, phone, account_no, CAST(NULL AS text) AS order_no, channel,
                  false AS must_confirm, CAST(NULL AS jsonb) AS fills
             FROM ticketing.notice_subscriptions s
            WHERE ended_at IS NULL AND topic = :topic
              AND (transformer_area = ANY(:transformer_areas)
                   OR community = ANY(:communities)
                      AND (transformer_area IS NULL OR cardinality(CAST(:transformer_areas AS text[])) = 0))
              AND (building IS NULL OR EXISTS
                    (SELECT 1 FROM unnest(CAST(:from_ AS int[]), CAST(:to_ AS int[])) AS span(lo, hi)
                      WHERE s.building BETWEEN lo AND hi))""",
        {
            "topic": topic,
            "communities": list(area.communities),
            "transformer_areas": list(area.transformer_areas),
            "from_": [lo for lo, _ in spans],
            "to_": [hi for _, hi in spans],
        },
    )


def topic_subscribers(topic: str) -> Source:
    """Everybody who agreed to hear of a topic."""
    return Source(
        "topic_subscribers",
        """SELECT phone AS recipient, phone, account_no, CAST(NULL AS text) AS order_no, channel,
                  false AS must_confirm, CAST(NULL AS jsonb) AS fills
             FROM ticketing.notice_subscriptions WHERE ended_at IS NULL AND topic = :only_topic""",
        {"only_topic": topic},
    )


def given_list(notice_id: str) -> Source:
    return Source(
        "list",
        """SELECT recipient, phone, account_no, CAST(NULL AS text) AS order_no, channel, must_confirm, fills
             FROM ticketing.notice_audience WHERE notice_id = :list_of""",
        {"list_of": notice_id},
    )


def told_by(notice_id: str) -> Source:
    """Exactly whom that notice was for, reached or not."""
    return Source(
        "same_audience",
        f"SELECT {_COLUMNS} FROM ticketing.notice_deliveries WHERE notice_id = :told_by",  # noqa: S608
        {"told_by": notice_id},
    )


def told_ahead(outage_no: str, kinds_of: tuple[str, ...]) -> Source:
    """Exactly whom the notices were for that told of this outage beforehand."""
    return Source(
        "same_audience",
        """SELECT DISTINCT ON (d.recipient) d.recipient, d.phone, d.account_no, d.order_no, d.channel, d.must_confirm,
                  d.fills
             FROM ticketing.notice_deliveries d JOIN ticketing.notices n USING (notice_id)
            WHERE n.outage_no = :ahead_of AND n.kind = ANY(:ahead_kinds) ORDER BY d.recipient, d.id""",
        {"ahead_of": outage_no, "ahead_kinds": list(kinds_of)},
    )


def told_of_outage(outage_no: str) -> Source:
    """Whoever has been told anything so far of this outage, or of one that went into it."""
    return Source(
        "told",
        """SELECT DISTINCT ON (d.recipient) d.recipient, d.phone, d.account_no, d.order_no, d.channel, d.must_confirm,
                  d.fills
             FROM ticketing.notice_deliveries d JOIN ticketing.notices n USING (notice_id)
            WHERE n.outage_no = :told_of OR n.outage_no IN
                  (SELECT outage_no FROM ticketing.outages WHERE merged_into = :told_of)
            ORDER BY d.recipient, d.id""",
        {"told_of": outage_no},
    )


def without_members(source: Source, outage_no: str) -> Source:
    """The source less the phones of members, who are asked one by one."""
    return Source(
        source.name,
        f"""SELECT {_COLUMNS} FROM ({source.sql}) AS told WHERE NOT EXISTS
              (SELECT 1 FROM ticketing.work_orders m WHERE m.parent_order_no = :asked_of
                 AND m.contact_phone = told.phone AND m.status IN ('merged', 'awaiting_confirm'))""",  # noqa: S608
        source.params | {"asked_of": outage_no},
    )


def _union(sources: list[Source]) -> tuple[str, dict[str, Any]]:
    selects = [
        f"SELECT {rank} AS rank, {_COLUMNS} FROM ({s.sql}) AS source_{rank}"  # noqa: S608
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
    sql = f"""SELECT DISTINCT ON (recipient) {_COLUMNS}, rank, {_REASON} AS reason
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
               (notice_id, {_COLUMNS}, state, reason, is_urgent, attempts, next_at, queued_at)
        SELECT :notice_id, {_COLUMNS}, CASE WHEN reason IS NULL THEN 'queued' ELSE 'suppressed' END, reason,
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
