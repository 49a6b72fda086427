"""What an agent sees of a conversation, masked as far as the catalogue says (domain/service-catalogue.md 1.3)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from gateway.conversations.schemas import Message, Overview, Waiting
from kernel import clock, masking

# What is no secret and must stay readable between masked numbers: order numbers and dates.
_OPEN = re.compile(r"([A-Z]{2}\d{12}|\d{4}-\d{2}-\d{2})")
_CODE = "（客户填了验证码）"
_MASKED_FACTS = {"地址": masking.mask_address, "户名": masking.mask_name, "姓名": masking.mask_name}


def _scrub(text: str) -> str:
    parts = _OPEN.split(text)  # odd places hold what the pattern found
    return "".join(part if n % 2 else masking.scrub(part) for n, part in enumerate(parts))


def wait_s(since: datetime | None) -> int:
    return max(int((clock.now() - since).total_seconds()), 0) if since else 0


def waiting_row(row: Waiting, agent_id: str) -> dict[str, Any]:
    """A line of the list: nothing personal whole, whoever looks."""
    return {
        "conversation_id": row.conversation_id,
        "channel": row.channel,
        "owner": row.owner,
        "is_mine": row.agent_id == agent_id,
        "reason": _scrub(row.reason),
        "skill": row.skill,
        "summary": _scrub(row.summary),
        "emergency": row.emergency,
        "waiting_since": row.waiting_since.isoformat(timespec="seconds"),
        "wait_s": wait_s(row.waiting_since),
        "place": row.place,
        "last_text": _scrub(row.last_text[:80]),
        "caller_phone": masking.mask_phone(row.caller_phone) if row.caller_phone else None,
    }


def message(line: Message, *, is_masked: bool) -> dict[str, Any]:
    """A line of the transcript. A code somebody was sent is shown to nobody."""
    body = line.as_json()
    if line.is_secret:
        return {**body, "parts": [{"kind": "text", "text": _CODE}], "speech": None}
    return {**body, "parts": [_masked_part(p) for p in line.parts]} if is_masked else body


def _masked_part(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("kind") == "card":
        return part  # bills, orders and outages show last digits, dates and communities only
    return {k: _scrub(v) if isinstance(v, str) else v for k, v in part.items()}


def overview(talk: Overview, *, is_masked: bool) -> dict[str, Any]:
    """Beside the transcript: why, what the bot learnt and did, how the talk changed hands."""
    learnt = talk.learnt
    return {
        "conversation_id": talk.conversation_id,
        "channel": talk.channel,
        "owner": talk.owner,
        "agent_id": talk.agent_id,
        "reason": talk.reason,
        "skill": talk.skill,
        "summary": _scrub(talk.summary or "") if is_masked else talk.summary,
        "emergency": talk.emergency,
        "identity_level": talk.identity_level,
        "account_last4": talk.account_last4,
        "caller_phone": masking.mask_phone(talk.caller_phone) if talk.caller_phone else None,
        "opened_at": talk.opened_at.isoformat(timespec="seconds"),
        "waiting_since": talk.waiting_since.isoformat(timespec="seconds") if talk.waiting_since else None,
        "wait_s": wait_s(talk.waiting_since),
        "learnt": {
            "task": learnt.get("task"),
            "facts": [[name, _fact(name, str(value), is_masked)] for name, value in learnt.get("facts") or ()],
            "done": list(learnt.get("done") or ()),
        },
        "changes": list(talk.changes),
        "is_masked": is_masked,
    }


def _fact(name: str, value: str, is_masked: bool) -> str:
    if not is_masked:
        return value
    return _MASKED_FACTS.get(name, _scrub)(value)
