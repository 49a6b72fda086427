"""Counting in the database: one row a group, every figure with how many orders it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.clocks.models import Clock
from backends.ticketing.dispatch.models import Offer
from backends.ticketing.figures.kpis import KPIS, Kpi
from backends.ticketing.machine import FINAL
from backends.ticketing.skill_groups import OF_SERVICE, OF_TEAM, OF_TYPE, SkillGroup
from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock

NOBODY = "—"  # the order has none of what is asked for
_DAY = sa.cast(sa.func.timezone("Asia/Shanghai", WorkOrder.registered_at), sa.Date)
_CLASS_FIELDS = ("complaint_class", "symptom", "topic", "apply_type", "service", "suggestion_area")
_CREW = (
    sa.select(sa.func.max(Offer.crew_no))
    .where(Offer.order_no == WorkOrder.order_no, Offer.outcome.in_(("accepted", "done")))
    .scalar_subquery()
)
_SKILL_GROUP = sa.func.coalesce(
    sa.case(OF_SERVICE, value=WorkOrder.details["service"].astext),
    sa.case(OF_TEAM, value=WorkOrder.owner_team),
    sa.case(OF_TYPE, value=WorkOrder.order_type, else_=SkillGroup.CUSTOMER),
)
GROUPS: dict[str, sa.SQLColumnExpression[Any]] = {
    "type": WorkOrder.order_type,
    "area": WorkOrder.community,
    "area_kind": WorkOrder.area_kind,
    "team": WorkOrder.owner_team,
    "crew": _CREW,
    "class": sa.func.coalesce(*(WorkOrder.details[name].astext for name in _CLASS_FIELDS)),
    "channel": WorkOrder.channel,
    "face": WorkOrder.service_face,
    "skill_group": _SKILL_GROUP,
    "partner": WorkOrder.partner,
    "day": _DAY,
}
_AGES = ((1, "1 小时内"), (4, "1～4 小时"), (24, "4～24 小时"), (72, "1～3 天"), (168, "3～7 天"), (None, "7 天以上"))


@dataclass(frozen=True)
class Period:
    """Days in Shanghai, `until` not included."""

    since: date
    until: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        begins, ends = (datetime.combine(day, time(), clock.TZ) for day in (self.since, self.until))
        return begins, ends


def _within(period: Period) -> sa.ColumnElement[bool]:
    begins, ends = period.moments
    return sa.and_(WorkOrder.registered_at >= begins, WorkOrder.registered_at < ends)


def _figures(kpi: Kpi) -> list[sa.ColumnElement[Any]]:
    of = sa.func.count().filter(kpi.counted).label(f"{kpi.name}__of")
    if kpi.kind == "percent":
        good = sa.func.count().filter(kpi.counted, kpi.value).label(f"{kpi.name}__good")
        return [of, good]
    if kpi.kind == "mean":
        return [of, sa.func.avg(kpi.value).filter(kpi.counted).label(f"{kpi.name}__mean")]
    spread = [
        sa.func.percentile_cont(share).within_group(kpi.value.asc()).filter(kpi.counted).label(f"{kpi.name}__{label}")
        for share, label in ((0.5, "median"), (0.9, "p90"))
    ]
    return [of, *spread]


_COUNTS = (
    sa.func.count().label("count"),
    sa.func.count().filter(WorkOrder.status.not_in(FINAL)).label("open"),
    sa.func.count().filter(WorkOrder.urge_count > 0).label("urged"),
    sa.func.count().filter(WorkOrder.reopened_count > 0).label("reopened"),
    sa.func.count().filter(WorkOrder.escalation_level > 0).label("escalated"),
)


async def rows(session: AsyncSession, period: Period, by: str | None) -> list[dict[str, Any]]:
    """One row a group, or one of everything; most orders first, days in their order.

    Whistle-blowing is counted among all and by type and nowhere else: a group of one would be a person.
    """
    key = GROUPS[by] if by else sa.literal("all")
    query = sa.select(key.label("key"), *_COUNTS, *(column for kpi in KPIS for column in _figures(kpi)))
    query = query.where(_within(period))
    if by not in (None, "type"):
        query = query.where(WorkOrder.order_type != "whistle_blow")
    if by:
        query = query.group_by(key)
    found = [_row(dict(row)) for row in (await session.execute(query)).mappings()]
    return sorted(found, key=lambda row: row["key"] if by == "day" else (-row["count"], row["key"]))


def _row(found: dict[str, Any]) -> dict[str, Any]:
    counts = {name: found[name] for name in ("count", "open", "urged", "reopened", "escalated")}
    key = found["key"]
    shown = key.isoformat() if isinstance(key, date) else str(key or NOBODY)
    return {"key": shown, **counts, "kpis": {kpi.name: _figure(kpi, found) for kpi in KPIS}}


def _figure(kpi: Kpi, found: dict[str, Any]) -> dict[str, Any]:
    """`of` how many orders; no value over none of them."""
    of = found[f"{kpi.name}__of"]
    if kpi.kind == "percent":
        return {"of": of, "value": round(100 * found[f"{kpi.name}__good"] / of, 1) if of else None}
    if kpi.kind == "mean":
        return {"of": of, "value": _rounded(found[f"{kpi.name}__mean"])}
    median, p90 = (_rounded(found[f"{kpi.name}__{name}"]) for name in ("median", "p90"))
    return {"of": of, "value": median, "p90": p90}


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 1)


async def backlog(session: AsyncSession, now: datetime) -> list[dict[str, Any]]:
    """Open orders by how old they are, and how many of them are past their deadline; by type within."""
    age = sa.extract("epoch", sa.literal(now) - WorkOrder.registered_at) / 3600
    steps: Sequence[Any] = [(age < hours, place) for place, (hours, _) in enumerate(_AGES) if hours is not None]
    bucket = sa.case(*steps, else_=len(_AGES) - 1).label("place")
    late = sa.func.count().filter(WorkOrder.deadline_at < now, WorkOrder.paused_at.is_(None))
    query = (
        sa.select(bucket, sa.func.count(), late)
        .where(WorkOrder.status.not_in(FINAL), WorkOrder.order_type.not_in(("whistle_blow", "urge")))
        .group_by(bucket)
    )
    found = {place: (count, overdue) for place, count, overdue in (await session.execute(query)).all()}
    return [
        {"age": label, "count": found.get(place, (0, 0))[0], "overdue": found.get(place, (0, 0))[1]}
        for place, (_, label) in enumerate(_AGES)
    ]


async def promises(session: AsyncSession, period: Period) -> list[dict[str, Any]]:
    """How many promises of each kind were kept, of those that were met or broken, by order type."""
    kept = sa.func.count().filter(Clock.met_at <= Clock.due_at)
    over = sa.func.count().filter(sa.or_(Clock.met_at.is_not(None), Clock.breached_at.is_not(None)))
    query = (
        sa.select(WorkOrder.order_type, Clock.kind, over, kept)
        .join(WorkOrder, WorkOrder.order_no == Clock.order_no)
        .where(_within(period))
        .group_by(WorkOrder.order_type, Clock.kind)
        .order_by(WorkOrder.order_type, Clock.kind)
    )
    return [
        {"order_type": order_type, "clock": kind, "of": of, "value": round(100 * good / of, 1) if of else None}
        for order_type, kind, of, good in (await session.execute(query)).all()
    ]


def default_period() -> Period:
    """The last thirty days, today among them."""
    until = clock.now().astimezone(clock.TZ).date() + timedelta(days=1)
    return Period(until - timedelta(days=30), until)
