"""What a turn brings, checked and cleaned, and what Rasa is to hear of it.

A text is always plain text: whatever would make Rasa take it for a command (a leading `/`) is taken off.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel import expects as kernel_expects

KINDS = ("start", "text", "choice", "digits", "silence", "resume")
LONGEST_TEXT = 500  # characters; a sentence that says what somebody wants is in the first ones
LONGEST_DIGITS = 32
LONGEST_ID = 128
_SLASHES = "/／⁄∕⧸\\"
# Intents for turns without words, best first; the domain decides which of them it knows.
SILENT_INTENTS = {"start": ("start", "greet"), "silence": ("silence", "repeat"), "resume": ("resume", "greet")}
PERSON = "/ask_human"
YES_NO = {"1": "/affirm", "2": "/deny"}


class TurnMalformed(ValueError):
    """The request is not a turn."""


class ChoiceNotOffered(Exception):
    """A button or key that the last answer did not offer."""


@dataclass(frozen=True)
class TurnIn:
    """One turn as the gateway posts it."""

    conversation_id: str
    turn_key: str
    channel: str
    kind: str
    value: str
    context: Mapping[str, Any] = field(default_factory=dict)


def read(body: Any) -> TurnIn:
    """The turn in a request's JSON.

    Raises:
        TurnMalformed: a field is missing, too long or of another type.
    """
    if not isinstance(body, dict) or not isinstance(body.get("input"), dict):
        raise TurnMalformed("a turn has conversation_id, turn_key, channel, input {kind, value}, context")
    kind = body["input"].get("kind")
    if kind not in KINDS:
        raise TurnMalformed(f"input.kind is one of {', '.join(KINDS)}")
    value = body["input"].get("value")
    if value is not None and not isinstance(value, str):
        raise TurnMalformed("input.value is a string")
    context = body.get("context") or {}
    if not isinstance(context, dict):
        raise TurnMalformed("context is an object")
    return TurnIn(
        conversation_id=_identifier(body, "conversation_id"),
        turn_key=_identifier(body, "turn_key"),
        channel=str(body.get("channel") or "web")[:16],
        kind=kind,
        value=value or "",
        context=context,
    )


def _identifier(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise TurnMalformed(f"{name} is a string of 1 to {LONGEST_ID} characters")
    return value


def cleaned(text: str) -> str:
    """The text without control and invisible characters, on one line, at most LONGEST_TEXT long, without leading
    slashes.

    Empty when nothing is left.
    """
    text = text[: LONGEST_TEXT * 4]
    kept = "".join(" " if c in "\t\n\r\u3000" else c for c in text if c in "\t\n\r" or _is_shown(c))
    return re.sub(r"\s+", " ", kept).strip(f" {_SLASHES}")[:LONGEST_TEXT]


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def heard(turn: TurnIn, offered: Sequence[Mapping[str, str]], expects: str, intents: Sequence[str]) -> str:
    """What Rasa hears: plain text, or `/intent` for keys, buttons and turns without words.

    Raises:
        ChoiceNotOffered: the button or key was not among what was offered last.
    """
    if turn.kind == "choice":
        return _payload_of(turn.value, offered)
    if turn.kind == "digits":
        return _from_digits(turn.value, offered, expects)
    if turn.kind == "text":
        return _from_text(turn.value, offered)
    return next((f"/{name}" for name in SILENT_INTENTS[turn.kind] if name in intents), "")


def _payload_of(choice_id: str, offered: Sequence[Mapping[str, str]]) -> str:
    for choice in offered:
        if choice["id"] == choice_id:
            return choice["payload"]
    raise ChoiceNotOffered(choice_id)


def _from_text(value: str, offered: Sequence[Mapping[str, str]]) -> str:
    text = cleaned(value)
    by_label = (choice["payload"] for choice in offered if text and choice["label"] == text)
    return next(by_label, text)


def _from_digits(value: str, offered: Sequence[Mapping[str, str]], expects: str) -> str:
    digits = "".join(c for c in unicodedata.normalize("NFKC", value) if c in "0123456789*#")[:LONGEST_DIGITS].rstrip(
        "#"
    )
    if digits == "0":
        return PERSON
    waited_for = kernel_expects.parse(expects)
    if waited_for.kind == "yes_no" and digits in YES_NO:
        return YES_NO[digits]
    if waited_for.kind == "choice":
        place = int(digits) if digits.isdecimal() else 0
        if not 1 <= place <= len(waited_for.choices):
            raise ChoiceNotOffered(digits)
        return _payload_of(waited_for.choices[place - 1], offered)
    return digits
