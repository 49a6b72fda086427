"""What were complaints about? By class, area, cause, department, month; repeat customers; how fast the answer was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints import classes
from backends.ticketing.complaints.models import ComplaintFile
from backends.ticketing.work_orders.models import OrderEvent, WorkOrder
from kernel import clock, masking

REPEATED = 2
UNKNOWN = "未定"


@dataclass(frozen=True)
class Row:
    """One complaint registered in the period."""

    order: WorkOrder
    file: ComplaintFile | None
    refusals: int

    def detail(self, name: str) -> Any:
        return self.order.details.get(name)

    @property
    def reply_h(self) -> float | None:
        """Hours from registration to the first reply, without what the customer was waited for."""
        if not self.detail("replied_at"):
            return None
        took = datetime.fromisoformat(self.detail("replied_at")) - self.order.registered_at
        return round(took.total_seconds() / 3600 - self.order.clock_paused_s / 3600, 2)


async def rows(session: AsyncSession, since: datetime, until: datetime) -> list[Row]:
    """Complaints registered in [since, until), oldest first."""
    refused = (
        sa.select(sa.func.count())
        .where(OrderEvent.order_no == WorkOrder.order_no, OrderEvent.event.in_(("refuse", "refuse_again")))
        .scalar_subquery()
    )
    query = (
        sa.select(WorkOrder, ComplaintFile, refused)
        .outerjoin(ComplaintFile, ComplaintFile.order_no == WorkOrder.order_no)
        .where(WorkOrder.order_type == "complaint", WorkOrder.registered_at >= since, WorkOrder.registered_at < until)
        .order_by(WorkOrder.registered_at, WorkOrder.order_no)
    )
    return [Row(*found) for found in (await session.execute(query)).tuples()]


async def statistics(session: AsyncSession, since: datetime, until: datetime) -> dict[str, Any]:
    """Everything about [since, until), and how many there were in the period before and a year ago."""
    now, span = await rows(session, since, until), until - since
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        **_whole(now),
        "previous_total": await _total(session, since - span, since),
        "year_ago_total": await _total(session, since - timedelta(days=365), until - timedelta(days=365)),
        "by_class": _by_class(now),
        "by_sub_class": _counted(now, lambda r: r.file.sub_class if r.file else None),
        "by_department": _counted(now, lambda r: r.file.department if r.file else None),
        "by_area": _counted(now, lambda r: r.order.community or r.order.transformer_area),
        "by_area_kind": _counted(now, lambda r: r.order.area_kind),
        "by_channel": _counted(now, lambda r: r.order.channel),
        "by_month": _counted(now, lambda r: f"{r.order.registered_at.astimezone(clock.TZ):%Y-%m}", by_key=True),
        "by_cause": pareto(r.detail("root_cause") for r in now if r.detail("root_cause")),
        "repeat_customers": _repeats(now),
    }


async def _total(session: AsyncSession, since: datetime, until: datetime) -> int:
    query = sa.select(sa.func.count()).where(
        WorkOrder.order_type == "complaint", WorkOrder.registered_at >= since, WorkOrder.registered_at < until
    )
    return int((await session.execute(query)).scalar_one())


def _whole(found: Sequence[Row]) -> dict[str, Any]:
    replied = [r for r in found if r.reply_h is not None]
    in_time = [r for r in replied if r.detail("replied_at") and _is_in_time(r)]
    return {
        "total": len(found),
        "open": sum(r.order.is_open for r in found),
        "major": sum(r.detail("severity") == "major" for r in found),
        "valid": sum(r.detail("is_valid") in ("yes", "partly") for r in found),
        "replied": len(replied),
        "replied_in_time": len(in_time),
        "in_time_share": round(len(in_time) / len(replied), 4) if replied else None,
        "reply_hours": spread([r.reply_h for r in replied if r.reply_h is not None]),
        "refused_once": sum(r.refusals == 1 for r in found),
        "refused_twice": sum(r.refusals >= 2 for r in found),
    }


def _is_in_time(row: Row) -> bool:
    due = datetime.fromisoformat(row.detail("reply_by")) + timedelta(seconds=row.order.clock_paused_s)
    return datetime.fromisoformat(row.detail("replied_at")) <= due


def spread(values: Sequence[float]) -> dict[str, float | None]:
    """Median and p90 of the values; None where there are none."""
    if not values:
        return {"median": None, "p90": None}
    p90 = quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]
    return {"median": round(median(values), 2), "p90": round(p90, 2)}


def _by_class(found: Sequence[Row]) -> list[dict[str, Any]]:
    names = classes.main_classes()
    mine: dict[str, list[Row]] = {}
    for row in found:
        mine.setdefault(row.detail("complaint_class"), []).append(row)
    ranked = sorted(mine.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [{"key": name, "label": names[name].zh, **_whole(group)} for name, group in ranked]


def _counted(
    found: Sequence[Row], key: Callable[[Row], str | None], *, by_key: bool = False
) -> list[dict[str, str | int]]:
    """Most frequent first, or by key where the key is a time."""
    counts = Counter(key(r) or UNKNOWN for r in found)
    ranked = sorted(counts.items(), key=lambda pair: pair[0] if by_key else (-pair[1], pair[0]))
    return [{"key": name, "count": count} for name, count in ranked]


def pareto(names: Iterable[str]) -> list[dict[str, Any]]:
    """Most frequent first, each with the share of all that it and those before it make up."""
    counts = Counter(names)
    whole, sofar, ranked = counts.total(), 0, []
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        sofar += count
        ranked.append({"key": name, "count": count, "cumulative_share": round(sofar / whole, 4)})
    return ranked


def _repeats(found: Sequence[Row]) -> list[dict[str, Any]]:
    """Customers with two complaints or more, masked."""
    mine: dict[str, list[Row]] = {}
    for row in found:
        if who := row.order.account_no or row.order.contact_phone:
            mine.setdefault(who, []).append(row)
    often = sorted(((w, g) for w, g in mine.items() if len(g) >= REPEATED), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        {"customer": _masked(who), "count": len(group), "order_nos": [r.order.order_no for r in group]}
        for who, group in often
    ]


def _masked(who: str) -> str:
    return masking.mask_phone(who) if len(who) == 11 else masking.mask_account_no(who)
