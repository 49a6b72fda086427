"""What has the talk found out so far, in the words an agent reads? Kept in the slot `learnt`, sent with every turn.

The person who takes over sees it, so the customer never has to say anything twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clients.ticketing.words import HAZARD_ZH
from kernel import phone as phones
from kernel.masking import mask_account_no

TASK_LABELS: dict[str, str] = {
    "fault_report": "报修",
    "fault_emergency": "紧急报修",
    "outage_query": "查停电",
    "outage_subscribe": "来电通知",
    "bill_query": "查电费",
    "bill_detail": "账单解释",
    "list_orders": "查工单",
    "ticket_progress": "查进度",
    "ticket_urge": "催办",
    "pay_bill": "缴费",
    "bill_dispute": "账单异议",
    "invoice": "发票",
    "complaint": "投诉",
    "whistleblow": "举报",
    "suggestion": "建议",
    "praise": "表扬",
    "new_connection": "新装增容",
    "account_change": "户号业务",
    "meter_issue": "电表问题",
    "ev_pv": "充电桩与光伏",
    "reconnect": "复电",
    "callback_request": "回电",
    "appointment": "预约",
    "appointment_change": "改预约",
    "notices": "通知设置",
}

_FACTS: tuple[tuple[str, str], ...] = (
    ("emergency_place", "地点"),
    ("emergency_hazard", "险情"),
    ("fault_address", "地址"),
    ("fault_symptom", "现象"),
    ("fault_scope", "范围"),
    ("fault_contact_phone", "联系电话"),
    ("outage_area", "停电范围"),
    ("account_no", "户号"),
    ("progress_order_no", "工单"),
    ("service_summary", "事由"),
    ("service_facts", "经过"),
    ("service_phone", "联系电话"),
    ("request_what", "事由"),
    ("request_account_no", "户号"),
    ("request_place", "地点"),
    ("request_name", "户主"),
    ("request_kw", "千瓦"),
    ("request_wish", "诉求"),
    ("request_when", "时间"),
    ("request_phone", "联系电话"),
)
_UNSAID = (None, "", "skipped", "account")


def label(task: str | None) -> str:
    return TASK_LABELS.get(task or "", "咨询")


def of(slots: Mapping[str, Any]) -> dict[str, Any]:
    """`{"task","label","facts":[[name, value]…],"done":[…]}`; a whistle-blower's words and phone are left out."""
    task = slots.get("task")
    facts = (
        []
        if task == "whistleblow"
        else [[name, _shown(slot, slots[slot])] for slot, name in _FACTS if _said(slots, slot)]
    )
    return {"task": task, "label": label(task) if task else "", "facts": facts, "done": list(slots.get("done") or [])}


def _said(slots: Mapping[str, Any], slot: str) -> bool:
    value = slots.get(slot)
    return value not in _UNSAID


def _shown(slot: str, value: Any) -> str:
    text = str(value)
    if slot == "emergency_hazard":
        return HAZARD_ZH.get(text, "生命支持设备停电" if text == "life_support" else "险情不明")
    if slot.endswith("account_no"):
        return mask_account_no(text)
    return phones.mask(text) if slot.endswith("phone") else text


def summary(slots: Mapping[str, Any], reason: str = "") -> str:
    """One line for the desk: why, what was being done, what is known, what is done."""
    known = of(slots)
    parts = [reason] if reason else []
    if known["label"]:
        parts.append("正在办：" + known["label"])
    parts += [f"{name} {value}" for name, value in known["facts"]]
    parts += known["done"]
    return "；".join(dict.fromkeys(parts))[:300] or "客户要求人工"
