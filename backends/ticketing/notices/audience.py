"""Who is to hear a notice, as SQL: each source is a SELECT of the COLUMNS; `queueing` makes deliveries of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

COLUMNS = "recipient, phone, account_no, order_no, channel, must_confirm, fills"


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
        f"SELECT {COLUMNS} FROM ticketing.notice_deliveries WHERE notice_id = :told_by",  # noqa: S608
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
        f"""SELECT {COLUMNS} FROM ({source.sql}) AS told WHERE NOT EXISTS
              (SELECT 1 FROM ticketing.work_orders m WHERE m.parent_order_no = :asked_of
                 AND m.contact_phone = told.phone AND m.status IN ('merged', 'awaiting_confirm'))""",  # noqa: S608
        source.params | {"asked_of": outage_no},
    )
