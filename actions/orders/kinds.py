"""The business requests that are taken down for a person: what is asked, which order is filed, who answers.

One row a request (domain/service-catalogue.md 2); nothing here is a dead end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Slots = Mapping[str, Any]


@dataclass(frozen=True)
class RequestKind:
    """`asks` are the slots needed, in the form's order; `fields` the order's own fields out of the slots."""

    order_type: str
    asks: tuple[str, ...]
    fields: Callable[[Slots], dict[str, Any]] = field(default=lambda slots: {})
    is_answered_first: bool = False
    """A question hides in most of these: knowledge answers, then it is offered to take the request down."""


def _apply(apply_type: str) -> Callable[[Slots], dict[str, Any]]:
    def fields(slots: Slots) -> dict[str, Any]:
        chosen = APPLY_TYPES.get(str(slots.get("request_business") or ""), apply_type)
        return {"apply_type": chosen, "note": str(slots.get("request_what") or "")[:500] or None}

    return fields


APPLY_TYPES: dict[str, str] = {
    "新装": "new_residential",
    "增容": "increase",
    "临时用电": "temporary",
    "过户": "transfer",
    "更名": "rename",
    "销户": "close",
    "暂停": "suspend",
    "改类": "change_category",
    "分时": "tou_opt",
    "多人口": "large_household",
    "校表": "meter_test",
    "移表": "move_meter",
    "充电桩": "ev_charger",
    "光伏": "pv_connect",
    "复电": "resume",
}


def _consult(topic: str) -> Callable[[Slots], dict[str, Any]]:
    return lambda slots: {"topic": topic, "question": str(slots.get("request_what") or "")[:500], "reply_form": "phone"}


COMPLAINT_CLASSES: tuple[tuple[str, str], ...] = (
    (r"态度|骂|凶|挂.{0,3}电话|不耐烦", "attitude"),
    (r"抢修|没人来|没来|超时|等了|修", "repair"),
    (r"停电|断电|停.{0,3}[回次]", "outage_supply"),
    (r"电压|闪|灯暗", "supply_quality"),
    (r"电费|收费|多收|扣", "bill_price"),
    (r"电表|表", "metering"),
    (r"装|过户|报装|办", "connection"),
)


def _complaint(slots: Slots) -> dict[str, Any]:
    what = str(slots.get("request_what") or "")
    kind = next((name for pattern, name in COMPLAINT_CLASSES if re.search(pattern, what)), "other")
    return {"what_happened": what[:1000], "complaint_class": kind, "wants_reply": True}


def _whistle(slots: Slots) -> dict[str, Any]:
    what = str(slots.get("request_what") or "")
    return {
        "what": what[:1000],
        "where": str(slots.get("request_place") or ""),
        "whistle_class": "theft" if any(w in what for w in ("偷电", "窃电", "偷接", "私接", "绕表")) else "other",
        "is_anonymous": slots.get("request_anonymous") != "no",
    }


def _suggestion(slots: Slots) -> dict[str, Any]:
    return {"content": str(slots.get("request_what") or "")[:1000], "suggestion_area": "service"}


def _praise(slots: Slots) -> dict[str, Any]:
    last = (slots.get("last_order") or {}).get("order_no")
    fields = {"content": str(slots.get("request_what") or "")[:1000], "praised_staff": "待核对"}
    return {**fields, "related_order_nos": [last]} if last else fields


def _callback(slots: Slots) -> dict[str, Any]:
    return {"question": str(slots.get("request_what") or "请回电")[:500]}


_ACCOUNT = ("request_what", "request_account_no", "request_phone", "request_confirmed")
_PLACE = ("request_what", "request_place", "request_phone", "request_confirmed")

KINDS: dict[str, RequestKind] = {
    "pay_bill": RequestKind("consult", _ACCOUNT, _consult("payment_missing"), is_answered_first=True),
    "bill_dispute": RequestKind("consult", _ACCOUNT, _consult("bill_dispute")),
    "invoice": RequestKind("consult", _ACCOUNT, _consult("bill"), is_answered_first=True),
    "reconnect": RequestKind("apply", _ACCOUNT, _apply("resume"), is_answered_first=True),
    "new_connection": RequestKind("apply", _PLACE, _apply("new_residential"), is_answered_first=True),
    "ev_pv": RequestKind("apply", _PLACE, _apply("ev_charger"), is_answered_first=True),
    "account_change": RequestKind("apply", _ACCOUNT, _apply("transfer"), is_answered_first=True),
    "meter_issue": RequestKind("apply", _ACCOUNT, _apply("meter_test"), is_answered_first=True),
    "complaint": RequestKind("complaint", ("request_what", "request_phone", "request_confirmed"), _complaint),
    "whistleblow": RequestKind(
        "whistle_blow",
        ("request_what", "request_place", "request_anonymous", "request_phone", "request_confirmed"),
        _whistle,
    ),
    "suggestion": RequestKind("suggestion", ("request_what", "request_phone", "request_confirmed"), _suggestion),
    "praise": RequestKind("praise", ("request_what", "request_phone", "request_confirmed"), _praise),
    "callback_request": RequestKind("callback", ("request_what", "request_phone", "request_confirmed"), _callback),
}
ALL_SLOTS = (
    "request_wanted",
    "request_what",
    "request_account_no",
    "request_place",
    "request_anonymous",
    "request_phone",
    "request_confirmed",
)
