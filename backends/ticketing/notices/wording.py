"""The facts a sentence is filled with: of an order, of an outage, of what just happened. Only what is known is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from backends.ticketing.order_types import ORDER_TYPES
from backends.ticketing.outages import schemas as outages
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.views import iso
from kernel import clock

RATE = "这次办得怎么样？回数字：5 很满意、4 满意、3 一般、2 不满意、1 很不满意。"
RATE_SPOKEN = "请打分，五分最好，一分最差。"
LOOKING = "来电时间查清后马上告诉您"
TIMES = ("eta_at", "told_off_at", "told_on_at")  # facts of an outage's notice, ISO: what people were told
_PRIVATE = frozenset({"bill", "usage", "balance", "bill_dispute", "payment_missing"})  # service-catalogue 1.2: L2
_LONGEST_REPLY = 80
_HALVES = {"am": "上午9点到12点", "pm": "下午13点到17点"}
_SERVICES = {
    "survey": "现场勘查", "meter_test": "校表", "inspection": "用电检查", "at_home": "上门代办",
    "customer_side_repair": "自家线路修理", "energy_advice": "节能咨询", "ev_survey": "充电桩勘查",
    "storage_advice": "储能咨询",
}  # fmt: skip
_ADOPTION = {"adopted": "采纳了", "partly": "部分采纳", "declined": "这次没有采纳"}


def hour(moment: datetime) -> str:
    """`16:30` today, `11月27日 16:30` another day."""
    local = moment.astimezone(clock.TZ)
    shown = f"{local:%H:%M}"
    return shown if local.date() == clock.today() else f"{day(local.date())} {shown}"


def day(shown: date) -> str:
    year = f"{shown.year}年" if shown.year != clock.today().year else ""
    return f"{year}{shown.month}月{shown.day}日"


def off_span(off_at: datetime | None, on_at: datetime | None) -> str:
    """`11月27日 8:00 至 12:00`, the second day named when it is another one."""
    if off_at is None or on_at is None:
        return ""
    begins, ends = off_at.astimezone(clock.TZ), on_at.astimezone(clock.TZ)
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{day(ends.date())} {ends:%H:%M}"
    return f"{day(begins.date())} {begins:%H:%M} 至 {until}"


def eta(expected: datetime | None, updated: datetime | None = None) -> str:
    if expected is None:
        return LOOKING
    told = f"（{hour(updated)}更新）" if updated else ""
    return f"预计 {hour(expected)} 来电{told}"


def of_outage(outage: Outage, *, reason: str | None = None) -> dict[str, Any]:
    expected = outage.eta_restore_at
    if expected is None and outage.outage_kind != "fault" and outage.status != "off":
        expected = outage.on_at
    cause = outage.reason_public
    return {
        "scope": outages.scope(outage),
        "community": outage.community,
        "cause": cause,
        "cause_part": f"，原因是{cause}" if cause and cause != "原因排查中" else "",
        "households_part": f"，影响 {outage.affected_count} 户" if outage.affected_count else "",
        "eta": hour(expected) if expected else "",
        "eta_part": eta(expected, outage.eta_updated_at),
        "off_at": hour(outage.off_at) if outage.off_at else "",
        "on_at": hour(outage.on_at) if outage.on_at else "",
        "off_span": off_span(outage.off_at, outage.on_at),
        "reason": reason or "现场情况",
        **dict(zip(TIMES, (iso(expected), iso(outage.off_at), iso(outage.on_at)), strict=True)),
    }


def of_order(order: WorkOrder, *, reason: str | None = None) -> dict[str, Any]:
    details = order.details
    on_site_by, reply_by, at = (_moment(details, name) for name in ("on_site_by", "reply_by", "survey_at"))
    expected, fee = _moment(details, "eta_restore_at"), details.get("fee_estimate_fen")
    return {
        "type": ORDER_TYPES[order.order_type].zh,
        "order_no": order.order_no,
        "team": order.owner_team,
        "community": order.community or "您那一片",
        "on_site_part": f"{hour(on_site_by)} 前到场" if on_site_by and on_site_by > clock.now() else "尽快到场",
        "deadline": deadline(order.deadline_at),
        "reply_by": deadline(reply_by or order.deadline_at),
        "eta_part": eta(expected),
        "cause": details.get("cause") or "原因还在查",
        "cause_part": f"，原因是{details['cause']}" if details.get("cause") else "",
        "method_part": f"：{details['repair_note']}" if details.get("repair_note") else "",
        "reason": reason or "",
        "reason_part": f"：{reason}" if reason else "",
        "reply": reply(order),
        "reject_reason": details.get("reject_reason") or "",
        "survey_part": f"：{hour(at)}" if at else "，时间会先打电话和您定",
        "adoption": _ADOPTION.get(details.get("adoption") or "", "有了结果"),
        "praised": details.get("praised_staff") or "当班同事",
        "slot": slot(details.get("confirmed_slot") or details.get("preferred_slot")),
        "service": _SERVICES.get(details.get("service") or "", "上门服务"),
        "fee": yuan(fee),
        "fee_part": f"，费用 {yuan(fee)}" if fee else "，不收费",
        "result": (details.get("result_note") or "").rstrip("。"),
        "rate_part": "" if order.satisfaction else RATE,
        "rate_spoken": "" if order.satisfaction else RATE_SPOKEN,
        "status_told": details.get("status_told") or "",
        "team_reply": details.get("team_reply") or "",
        "target_order_no": details.get("target_order_no") or "",
    }


def reply(order: WorkOrder) -> str:
    """The answer as it may be sent: what is private not before the customer was known (L2), what is long only begun."""
    told = (order.details.get("reply_text") or "").rstrip("。")
    if order.details.get("topic") in _PRIVATE and order.identity_level not in ("L2", "L3"):
        return "涉及账户，核对身份后凭单号查看"
    return told if len(told) <= _LONGEST_REPLY else f"{told[:_LONGEST_REPLY]}……其余凭单号查看"


def deadline(moment: datetime) -> str:
    """A promise that ends with the working day is a day; any other is an hour."""
    local = moment.astimezone(clock.TZ)
    return day(local.date()) if (local.hour, local.minute) == (18, 0) else hour(local)


def slot(wanted: Mapping[str, Any] | None) -> str:
    if not wanted:
        return "商定的时间"
    return f"{day(date.fromisoformat(str(wanted['day'])))}{_HALVES[wanted['half']]}"


def yuan(fen: int | None) -> str:
    return f"{fen // 100}.{fen % 100:02d} 元" if fen else "0 元"


def _moment(details: Mapping[str, Any], name: str) -> datetime | None:
    value = details.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) else value
