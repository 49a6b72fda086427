"""What was put right, said back: 电话现在是 139****2207，其余不变. The old value stays until a new one is valid.

A form names the slots whose change is told (`TaskForm.tells`); its reader only ever writes valid values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from actions import speaking
from kernel.account_no import last4
from kernel.numbers_zh import speak_digits
from kernel.speech import speakable

CURRENT = "account"  # the customer is called, or written to, where they are now
SKIPPED = "skipped"
NAMES: dict[str, str] = {
    "fault_address": "地址",
    "fault_symptom": "情况",
    "fault_scope": "范围",
    "fault_contact_phone": "电话",
    "subscribe_phone": "电话",
    "request_phone": "电话",
    "request_account_no": "户号",
    "request_place": "地点",
    "request_what": "事由",
    "account_no": "户号",
    "outage_area": "小区",
    "emergency_place": "地点",
}


def told(slots: Iterable[str], values: Mapping[str, Any]) -> dict[str, str]:
    """`changes` and `changes_spoken` for the responses `utter_amended` and `utter_amended_going_on`."""
    parts = [(NAMES.get(slot, "这一项"), *_value(slot, values.get(slot))) for slot in slots]
    return {
        "changes": "，".join(f"{name}现在是{' ' if shown[:1].isascii() else ''}{shown}" for name, shown, _ in parts),
        "changes_spoken": "，".join(f"{name}现在是{spoken}" for name, _, spoken in parts),
    }


def _value(slot: str, value: Any) -> tuple[str, str]:
    if value in (None, SKIPPED, CURRENT):
        return "现在这个账号", "现在这个号码"
    if slot.endswith("phone"):
        shown = speaking.phone_of(str(value))
        return shown["phone"], "尾号" + shown["phone_spoken"]
    if slot.endswith("account_no"):
        return str(value), "尾号" + speak_digits(last4(str(value)))
    return str(value), speakable(str(value))
