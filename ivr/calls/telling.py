"""What the conversation has to say, made into breaths for the ear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.conversations.schemas import Message
from ivr import says
from ivr.twiml.breaths import breaths, pack


def _labels(message: Message) -> list[str]:
    """Labels of offered choices that the spoken text does not name keys for already."""
    if "按" in (message.speech or ""):
        return []
    return [str(c.get("label", "")) for p in message.parts if p.get("kind") == "choices" for c in p.get("choices", [])]


def spoken(message: Message, *, with_keys: bool) -> list[str]:
    """One message: its speech, else its text; then the keys of its choices when they can be pressed now."""
    said = breaths(message.speech or message.text)
    labels = _labels(message) if with_keys else []
    return said + (breaths(says.keys_of_choices(labels)) if labels else [])


def spoken_all(messages: Iterable[Message], expects: str) -> list[str]:
    return pack([b for m in messages for b in spoken(m, with_keys=expects.startswith("choice"))])


def for_the_caller(messages: Iterable[Message]) -> list[Message]:
    return [m for m in messages if m.author != "customer"]


def last_seq(messages: Iterable[Any], before: int) -> int:
    return max([before, *(m.seq for m in messages)])
