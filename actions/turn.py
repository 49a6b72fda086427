"""What did the customer just do, and what is known of the talk? One reading of Rasa's tracker for every action.

The channel puts the turn into the message's metadata: `kind` (start text choice digits silence resume), `value`,
`channel`, `turn_key` and `context` (caller_phone, visitor_phone, handoff).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from kernel import phone as phones

_QUIET = {"action_listen", "action_extract_slots", "action_session_start"}


@dataclass(frozen=True)
class Turn:
    """One turn as an action sees it; `text` is empty when there is nothing (more) to read in this turn."""

    conversation_id: str
    text: str
    intent: str
    confidence: float
    kind: str
    value: str
    entities: tuple[Mapping[str, Any], ...]
    clauses: tuple[Mapping[str, Any], ...]
    channel: str
    turn_key: str
    context: Mapping[str, Any]
    slots: Mapping[str, Any] = field(default_factory=dict)
    asked: str | None = None
    is_keyed: bool = False
    """Pressed on a telephone's keys."""

    @property
    def is_phone(self) -> bool:
        return self.channel == "phone"

    @property
    def known_phone(self) -> str | None:
        """The caller's number, or the one the visitor's account is bound to; None when neither is a phone."""
        for name in ("caller_phone", "visitor_phone"):
            number = phones.normalise(str(self.context.get(name) or self.slots.get(name) or ""))
            if phones.is_phone(number):
                return number
        return None

    @property
    def visitor_id(self) -> str | None:
        """Who writes, as the platform of the channel knows them; None on the phone."""
        return str(self.context.get("visitor_id") or self.slots.get("visitor_id") or "") or None

    def entity(self, name: str) -> str | None:
        """The first value of an entity; None when it was not said."""
        return next((str(e["value"]) for e in self.entities if e.get("entity") == name), None)

    def has(self, *names: str) -> bool:
        return any(e.get("entity") in names for e in self.entities)


def turn_of(tracker: Tracker, *, form: str | None = None) -> Turn:
    """The turn of this tracker.

    Args:
        form: the form that reads. When another action has already dealt with what the customer said in this turn
            (a question answered, a task started), the form finds an empty text, or the opening words that belong
            to its task (slot `task_opening`), and never reads the same words twice.
    """
    message = tracker.latest_message or {}
    metadata = message.get("metadata") or {}
    said = message
    if form is not None and _was_dealt_with(tracker, form):
        said = tracker.get_slot("task_opening") or {}
    kind, value = str(metadata.get("kind") or "text"), str(metadata.get("value") or "")
    text = str(said.get("text") or "")
    if said is not message:
        kind, value = "text", ""
    elif text.startswith("/"):
        kind, text = "choice", ""  # a button or key: the channel says it as `/intent`
    intent = said.get("intent") or {}
    return Turn(
        conversation_id=tracker.sender_id,
        text=text,
        intent=str(intent.get("name") or "") if isinstance(intent, dict) else str(intent),
        confidence=float(intent.get("confidence") or 0) if isinstance(intent, dict) else 1.0,
        kind=kind,
        value=value,
        entities=tuple(said.get("entities") or ()),
        clauses=tuple(metadata.get("clauses") or ()) if said is message else (),
        channel=str(metadata.get("channel") or "web"),
        turn_key=str(metadata.get("turn_key") or message.get("message_id") or ""),
        context=metadata.get("context") or {},
        slots=tracker.slots,
        asked=tracker.get_slot("requested_slot"),
        is_keyed=metadata.get("kind") == "digits",
    )


def _was_dealt_with(tracker: Tracker, form: str) -> bool:
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") not in {*_QUIET, form}:
            return True
    return False
