"""Every figure by its name: what it is, over which orders it is made, and how (domain/service-catalogue.md 7.1).

A figure is a share (`good` of those `counted`), a mean or a spread (median and nine tenths) of a number of seconds,
minutes, hours or points. `docs/figures.md` is written from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backends.ticketing.work_orders.models import WorkOrder

Kind = Literal["percent", "mean", "spread"]
Sql = sa.SQLColumnExpression[Any]


@dataclass(frozen=True)
class Kpi:
    """Attributes:
    wanted: the target as people read it; None when none is set.
    counted: over which orders; `value`: what is averaged, or whether it went well.
    """

    name: str
    zh: str
    kind: Kind
    unit: str
    wanted: str | None
    source: str
    counted: Sql
    value: Sql
    how: str


def _of(*types: str) -> Sql:
    return WorkOrder.order_type.in_(types)


def _at(name: str) -> Sql:
    return sa.cast(WorkOrder.details[name].astext, sa.DateTime(timezone=True))


def _has(name: str) -> Sql:
    return WorkOrder.details[name].astext.is_not(None)


def _between(start: Sql, end: Sql, seconds: int) -> Sql:
    return sa.extract("epoch", end - start) / seconds


_other = aliased(WorkOrder)
_AGAIN = sa.exists().where(
    _other.order_type == "fault_report",
    _other.address_key == WorkOrder.address_key,
    _other.order_no != WorkOrder.order_no,
    _other.registered_at > WorkOrder.closed_at,
    _other.registered_at <= WorkOrder.closed_at + sa.text("interval '7 days'"),
)
_PAUSED = sa.func.make_interval(0, 0, 0, 0, 0, 0, WorkOrder.clock_paused_s)
_SCORE = WorkOrder.satisfaction
_FAULT, _COMPLAINT = _of("fault_report"), _of("complaint")
_REACHED = WorkOrder.details["answers"].astext.is_not(None)

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "order_send_s_avg", "填写并发出工作单", "mean", "秒", "≤ 180", "seed", WorkOrder.sent_at.is_not(None),
        _between(WorkOrder.received_at, WorkOrder.sent_at, 1), "来电 → 发出，平均",
    ),
    Kpi(
        "on_site_rate", "到场及时率", "percent", "%", "城区 40、农村 85、边远 120 分钟", "seed",
        sa.and_(_FAULT, _has("on_site_at")), _at("on_site_at") <= _at("on_site_by"), "到场 ≤ 到场时限的 / 到过场的",
    ),
    Kpi(
        "on_site_min", "到达现场", "spread", "分钟", "城区 40、农村 85、边远 120", "seed",
        sa.and_(_FAULT, _has("on_site_at")), _between(WorkOrder.registered_at, _at("on_site_at"), 60), "受理 → 到场",
    ),
    Kpi(
        "restore_h_avg", "到场后恢复", "spread", "小时", "城区 3、农村 4", "public",
        sa.and_(_FAULT, _has("on_site_at"), _has("restored_at")),
        _between(_at("on_site_at"), _at("restored_at"), 3600), "到场 → 送电",
    ),
    Kpi(
        "repeat_fault_7d", "7 天重复报修率", "percent", "%", "≤ 3", "set",
        sa.and_(_FAULT, WorkOrder.status == "closed", WorkOrder.address_key.is_not(None)), _AGAIN,
        "办结后 7 天内同一地址又报修的 / 办结的",
    ),
    Kpi(
        "complaint_contact_rate", "投诉 24 小时联系率", "percent", "%", "24 小时", "public",
        sa.and_(_COMPLAINT, _has("contacted_at")), _at("contacted_at") <= _at("contact_by"), "按时联系的 / 联系过的",
    ),
    Kpi(
        "complaint_reply_rate", "投诉 5 日答复率", "percent", "%", "5 日", "seed",
        sa.and_(_COMPLAINT, _has("replied_at")), _at("replied_at") <= _at("reply_by") + _PAUSED,
        "答复 ≤ 答复时限加停表的 / 已答复的",
    ),
    Kpi(
        "complaint_valid_rate", "投诉属实率", "percent", "%", None, "seed",
        sa.and_(_COMPLAINT, _has("is_valid")), WorkOrder.details["is_valid"].astext.in_(("yes", "partly")),
        "属实或部分属实的 / 已判定的",
    ),
    Kpi(
        "whistle_reply_rate", "举报 10 日答复率", "percent", "%", "10 日", "seed",
        sa.and_(_of("whistle_blow"), _has("replied_at")), _at("replied_at") <= _at("reply_by"), "按时答复的 / 已答复的",
    ),
    Kpi(
        "suggestion_reply_rate", "建议 10 个工作日答复率", "percent", "%", "10 个工作日", "public",
        sa.and_(_of("suggestion"), _has("replied_at")), _at("replied_at") <= _at("reply_by"), "按时答复的 / 已答复的",
    ),
    Kpi(
        "suggestion_adoption_rate", "建议采纳率", "percent", "%", None, "seed",
        sa.and_(_of("suggestion"), _has("adoption")), WorkOrder.details["adoption"].astext.in_(("adopted", "partly")),
        "采纳或部分采纳的 / 已判定的",
    ),
    Kpi(
        "satisfaction_rate", "满意度", "percent", "%", "≥ 90", "seed", _SCORE.is_not(None), _SCORE >= 4,
        "4 分和 5 分的 / 评过分的",
    ),
    Kpi(
        "follow_up_rate", "回访完成率", "percent", "%", "≥ 95", "set",
        sa.and_(_of("follow_up"), WorkOrder.status.not_in(("planned", "in_progress"))), _REACHED,
        "有答复的 / 应访且已了结的（三次未接计入分母）",
    ),
    Kpi(
        "reopened_rate", "重开率", "percent", "%", None, "set", WorkOrder.closed_at.is_not(None),
        WorkOrder.reopened_count > 0, "重开过的 / 已归档的",
    ),
    Kpi(
        "urged_rate", "催办率", "percent", "%", None, "public", WorkOrder.order_type.not_in(("urge", "follow_up")),
        WorkOrder.urge_count > 0, "被催过的 / 全部",
    ),
    Kpi(
        "close_h", "办结用时", "spread", "小时", None, "set", WorkOrder.closed_at.is_not(None),
        _between(WorkOrder.registered_at, WorkOrder.closed_at, 3600), "登记 → 归档",
    ),
)  # fmt: skip
BY_NAME = {kpi.name: kpi for kpi in KPIS}
