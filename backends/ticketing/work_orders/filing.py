"""What an order of each type starts with: own fields, priority, team, promises (domain/work-orders.md 4, 5)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backends.ticketing import commitments
from backends.ticketing.order_types import CONSULT_TEAMS, ORDER_TYPES
from backends.ticketing.places.service import Site
from backends.ticketing.work_orders import schemas
from kernel import ids

_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else


@dataclass(frozen=True)
class Draft:
    """An order before it has a number. `after` are events the system adds at once (`dispatch`, `seal`)."""

    order_type: str
    priority: int
    owner_team: str
    deadline_at: datetime
    summary: str
    details: dict[str, Any]
    after: tuple[str, ...] = ()
    query_code: str | None = None


@dataclass(frozen=True)
class Context:
    """`now` is the moment of registration, aware; `split_from` names the outage a "no power yet" came out of."""

    now: datetime
    site: Site
    split_from: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def priority_of_fault(details: dict[str, Any]) -> int:
    """1 life, 2 critical or life-support user, 3 split out of an area outage, 4 one household (5.1)."""
    conditions = (
        (1, details["hazard_kind"] != "none"),
        (2, details["critical_user_kind"] != "none" or details["is_life_support"]),
        (3, details.get("split_from") is not None),
    )
    return next((level for level, holds in conditions if holds), 4)


_FAULT_WORDS = {
    "all_out": "全屋停电", "partial_out": "部分停电", "low_voltage": "电压低", "high_voltage": "电压高",
    "flicker": "灯光闪烁", "sparks": "有火花或冒烟", "meter_abnormal": "电表异常", "line_damage": "线路设备受损",
    "breaker_trip": "开关跳闸",
}  # fmt: skip
HAZARD_WORDS = {
    "electric_shock": "有人触电", "line_down": "断线落地", "pole_fallen": "电杆倒塌", "fire": "起火冒烟",
    "flood": "水淹带电", "ev_charger": "充电桩异常", "tree": "树障打火", "gas": "疑似燃气", "meter_spark": "表箱打火",
    "theft_damage": "外力破坏",
}  # fmt: skip


def _fault(new: schemas.NewFaultReport, ctx: Context) -> Draft:
    own = ("symptom", "hazard_kind", "is_neighbour_out", "is_breaker_tripped", "landmark", "pole_no", "position")
    details = new.model_dump(include={*own, "critical_user_kind", "is_life_support"}) | ctx.extra
    details["on_site_by"] = due = commitments.due("on_site", ctx.now, ctx.site.area_kind)
    details["split_from"] = ctx.split_from
    said = [HAZARD_WORDS.get(new.hazard_kind), _FAULT_WORDS[new.symptom], new.is_life_support and "有生命支持设备"]
    return Draft(
        "fault_report", priority_of_fault(details), ctx.site.crew, due, "，".join(w for w in said if w), details,
        after=("dispatch",),
    )  # fmt: skip


def _consult(new: schemas.NewConsult, ctx: Context) -> Draft:
    details = new.model_dump(include={"topic", "question", "reply_form", "needs_follow_up"})
    team = CONSULT_TEAMS.get(new.topic, ORDER_TYPES["consult"].owner_team)
    return Draft("consult", 5, team, commitments.due("consult_reply", ctx.now, new.topic), new.question, details)


def _callback(new: schemas.NewCallback, ctx: Context) -> Draft:
    when = f"（希望 {new.preferred_time} 回电）" if new.preferred_time else ""
    details = {"topic": "callback", "question": (new.question + when)[:500], "reply_form": "phone"}
    due = commitments.due("consult_reply", ctx.now, "callback")
    return Draft("consult", 5, CONSULT_TEAMS["callback"], due, details["question"], details)


_APPLY_MODE = {"phone": "phone", "wechat": "wechat", "counter": "counter", "on_site": "on_site"}
_APPLY_TEAMS = {"meter_test": "计量班", "refund": "核算班", "invoice_title": "核算班", "update_contact": "营业班"}


def _apply(new: schemas.NewApply, ctx: Context) -> Draft:
    own = {"apply_type", "owner_id_no", "credit_code", "requested_kw", "requested_kva", "voltage", "materials"}
    details = new.model_dump(include=own, mode="json") | {
        "apply_mode": _APPLY_MODE.get(new.channel, "web"),
        "applicant_name": new.applicant_name or new.contact_name or "待补",
        "handler_staff": "机器人受理",
    }
    due = commitments.due("apply_done", ctx.now, new.apply_type)
    team = _APPLY_TEAMS.get(new.apply_type, ORDER_TYPES["apply"].owner_team)
    return Draft("apply", 5, team, due, new.note or f"申请业务：{new.apply_type}", details)


def _complaint(new: schemas.NewComplaint, ctx: Context) -> Draft:
    own = {"complaint_class", "severity", "what_happened", "happened_at", "staff_or_team", "expectation", "wants_reply"}
    due = commitments.due("complaint_reply", ctx.now)
    details = new.model_dump(include=own) | {
        "happened_at": new.happened_at or new.received_at or ctx.now,
        "contact_by": commitments.due("complaint_contact", ctx.now),
        "reply_by": due,
    }
    return Draft("complaint", 4, ORDER_TYPES["complaint"].owner_team, due, new.what_happened, details)


def _whistle_blow(new: schemas.NewWhistleBlow, ctx: Context) -> Draft:
    own = {"whistle_class", "theft_act", "what", "where", "when_seen", "is_anonymous"}
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
    due = commitments.due("whistle_blow_reply", ctx.now)
    told = new.contact_phone or new.contact_name
    reference = ids.new_id("RP") if told else None
    details = new.model_dump(include=own) | {"query_code": code, "reply_by": due, "reporter_ref": reference}
    team = ORDER_TYPES["whistle_blow"].owner_team
    return Draft("whistle_blow", 4, team, due, "举报（内容见受限字段）", details, after=("seal",), query_code=code)


def _suggestion(new: schemas.NewSuggestion, ctx: Context) -> Draft:
    due = commitments.due("suggestion_reply", ctx.now)
    details = new.model_dump(include={"content", "suggestion_area"}) | {"reply_by": due}
    return Draft("suggestion", 5, ORDER_TYPES["suggestion"].owner_team, due, new.content, details)


def _praise(new: schemas.NewPraise, ctx: Context) -> Draft:
    details = new.model_dump(include={"content", "praised_staff"})
    due = commitments.due("praise_forward", ctx.now)
    return Draft("praise", 5, ORDER_TYPES["praise"].owner_team, due, new.content, details)


def _appointment(new: schemas.NewAppointment, ctx: Context) -> Draft:
    day = ctx.now.date().isoformat()
    slot = new.preferred_slot.model_dump() if new.preferred_slot else {"day": day, "half": "pm"}
    details = {
        "service": new.service,
        "preferred_slot": slot,
        "confirm_call_by": commitments.due("appointment_confirm", ctx.now),
    }
    due = commitments.due("appointment_done", ctx.now)
    summary = new.note or f"预约服务：{new.service}"
    return Draft("appointment", 5, ORDER_TYPES["appointment"].owner_team, due, summary, details)


DRAFTS: dict[str, Callable[[Any, Context], Draft]] = {
    "fault_report": _fault,
    "consult": _consult,
    "callback": _callback,
    "apply": _apply,
    "complaint": _complaint,
    "whistle_blow": _whistle_blow,
    "suggestion": _suggestion,
    "praise": _praise,
    "appointment": _appointment,
}


def draft(new: Any, ctx: Context) -> Draft:
    return DRAFTS[new.order_type](new, ctx)
