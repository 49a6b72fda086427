"""What Rasa said in a turn, as the answer of the contract: messages, expects, signals, learnt, nlu."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.core.channels.channel import OutputChannel
from rasa.shared.core.trackers import DialogueStateTracker

from bot.learnt import learnt_of
from bot.speech import spoken
from kernel import expects as kernel_expects

_INTENT_PAYLOAD = re.compile(r"^/([A-Za-z0-9_+]+)$")
EXPECTS_FILE = Path(__file__).resolve().parent.parent / "expects.yml"


class Recorder(OutputChannel):
    """Keeps what is said in a turn, as Rasa's message dictionaries."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "denghuo"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.messages.append(message)


@dataclass
class Said:
    """Sorted: what is shown, what was offered, what is signalled, what is waited for if a response says so."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    offered: list[dict[str, str]] = field(default_factory=list)
    signals: list[dict[str, Any]] = field(default_factory=list)
    expects: str | None = None


def sort_out(messages: Sequence[Mapping[str, Any]]) -> Said:
    """The parts of the turn. Choices of an earlier message of the same turn are still offered."""
    said = Said()
    for message in messages:
        parts: list[dict[str, Any]] = []
        text = (message.get("text") or "").strip()
        if text:
            parts.append({"kind": "text", "text": text})
        choices = [_choice(button) for button in message.get("buttons") or ()]
        if choices:
            said.offered += choices
            parts.append({"kind": "choices", "choices": [{"id": c["id"], "label": c["label"]} for c in choices]})
        _sort_custom(message.get("custom") or {}, parts, said)
        if parts:
            said.messages.append(_with_speech({"parts": parts}, text, message.get("speech")))
        asks = (message.get("metadata") or {}).get("expects") or message.get("expects")
        said.expects = asks or (said.expects if not parts else None)
    return said


def _with_speech(message: dict[str, Any], text: str, speech: str | None) -> dict[str, Any]:
    speech = speech or (spoken(text) if text else "")
    return {**message, "speech": speech} if speech and speech != text else message


def _choice(button: Mapping[str, Any]) -> dict[str, str]:
    payload, label = str(button.get("payload") or ""), str(button.get("title") or "")
    intent = _INTENT_PAYLOAD.match(payload)
    named = button.get("id") or (intent and intent[1])
    return {"id": named or f"c{zlib.crc32(payload.encode()):08x}", "label": label, "payload": payload or label}


def _sort_custom(custom: Mapping[str, Any], parts: list[dict[str, Any]], said: Said) -> None:
    if "signal" in custom:
        said.signals.append(dict(custom["signal"]))
    said.signals += [dict(signal) for signal in custom.get("signals") or ()]
    if "card" in custom:
        card = custom["card"]
        kind, data = (card, custom.get("data")) if isinstance(card, str) else (card.get("card"), card.get("data"))
        parts.append({"kind": "card", "card": kind, "data": data or {}})


@lru_cache(maxsize=1)
def expects_by_slot() -> dict[str, str]:
    """`bot/expects.yml`: requested slot → expects."""
    table = yaml.safe_load(EXPECTS_FILE.read_text(encoding="utf-8")) or {}
    return {slot: str(kernel_expects.parse(value)) for slot, value in table.items()}


def expects_of(said: Said, requested_slot: str | None) -> str:
    """What is waited for: the last response says so, else the question of the form, else the choices offered,
    else anything."""
    if any(signal.get("kind") in ("handoff", "close") for signal in said.signals):
        return "free"
    if said.expects and said.expects != "choice":
        return said.expects
    if said.expects is None and requested_slot in expects_by_slot():
        return expects_by_slot()[requested_slot]
    if said.offered:
        ids = tuple(dict.fromkeys(choice["id"] for choice in said.offered))
        return str(kernel_expects.Expects("choice", choices=ids))
    return "free"


def answer_of(said: Said, tracker: DialogueStateTracker) -> dict[str, Any]:
    """The answer of the contract (docs/architecture.md, "A turn to the bot")."""
    heard = tracker.latest_message
    intent = heard.intent if heard is not None else {}
    return {
        "messages": said.messages,
        "expects": expects_of(said, tracker.get_slot("requested_slot")),
        "signals": said.signals,
        "learnt": learnt_of(tracker.current_slot_values()),
        "nlu": {"intent": intent.get("name"), "confidence": round(float(intent.get("confidence") or 0), 4)},
    }
