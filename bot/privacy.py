"""What of a customer's words is kept in the tracker once the turn is over (design 4).

The slots keep what a task needs. The stored sentences do not need the numbers again, so account numbers, phones and
codes in them become
markers like `[account_no]`.
"""

from __future__ import annotations

import re
from typing import Any

PRIVATE_ENTITIES = frozenset({"account_no", "phone", "digits", "meter_no"})
# Slots that must never be written: a code is good for one turn only.
NEVER_STORED = frozenset({"sms_code", "identity_code", "verification_code"})
_SPOKEN = "零〇一二三四五六七八九十百两俩幺洞拐勾壹贰叁肆伍陆柒捌玖０-９0-9"
_NUMBER = re.compile(rf"[{_SPOKEN}](?:[\s\-—－]?[{_SPOKEN}]){{3,}}")
DIGITS_MARKER = "[digits]"


def masked_entities(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entities with private values replaced by their own names in brackets."""
    return [
        {**entity, "value": f"[{entity['entity']}]", "text": f"[{entity['entity']}]"}
        if entity.get("entity") in PRIVATE_ENTITIES
        else entity
        for entity in entities
    ]


def masked_text(text: str | None, entities: list[dict[str, Any]]) -> str | None:
    """The sentence with private entities and any other run of four or more spoken or written digits as markers."""
    if not text:
        return text
    spans = sorted(
        ((e["start"], e["end"], e["entity"]) for e in entities if e.get("entity") in PRIVATE_ENTITIES and "start" in e),
        reverse=True,
    )
    for start, end, name in spans:
        text = f"{text[:start]}[{name}]{text[end:]}"
    return _NUMBER.sub(DIGITS_MARKER, text)
