"""What a webhook led to: what is said now and how the call stands afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.conversations.schemas import MessagesAfter
from ivr import says
from ivr.calls import telling
from ivr.calls.models import Call
from ivr.twiml import documents
from ivr.twiml.breaths import breaths
from kernel import expects as expecting

_MOOD_OF_OWNER = {
    "bot": "talk",
    "queued": "queue",
    "callback": "queue",
    "voicemail": "queue",
    "message": "queue",
    "agent": "agent",
}


@dataclass(frozen=True)
class Outcome:
    """`said` are breaths. `changes` are columns of the call. `shape` is ask, hold or farewell."""

    said: list[str]
    shape: str = "ask"
    changes: dict[str, Any] = field(default_factory=dict)
    keeps_question: bool = False  # `said` is not what `*` repeats


def say(text: str, *, shape: str = "ask", **changes: Any) -> Outcome:
    return Outcome(breaths(text), shape, changes)


def aside(text: str, **changes: Any) -> Outcome:
    """Said around the question that still stands."""
    return Outcome(breaths(text), "ask", changes, keeps_question=True)


def of_conversation(call: Call, after: MessagesAfter, *, lead: list[str] | None = None) -> Outcome:
    """Everything new the conversation has said, and what it waits for."""
    new = telling.for_the_caller(after.messages)
    said = [*(lead or []), *telling.spoken_all(new, after.expects)]
    seq = telling.last_seq(after.messages, call.heard_seq)
    mood = _MOOD_OF_OWNER.get(str(after.owner))
    if mood is None:  # wrap-up, survey, closed: the talk is over
        return Outcome(said or breaths(says.GOODBYE), "farewell", {"heard_seq": seq, "pending_seq": None})
    changes = {
        "heard_seq": seq,
        "pending_seq": None,
        "mood": mood,
        "polls": 0,
        "expects": after.expects if mood == "talk" else "free",
    }
    return Outcome(said, "ask", changes, keeps_question=not said)


def render(call: Call, outcome: Outcome) -> str:
    """The document for the call as it stands after the outcome; its URLs carry `call.step`."""
    if outcome.shape == "farewell":
        return documents.farewell(outcome.said)
    if outcome.shape == "hold":
        return documents.hold(outcome.said, call.step)
    if call.mood in ("queue", "agent"):
        menu, wait_s = call.mood == "queue", documents.QUEUE_WAIT_S
        return documents.ask(outcome.said, expecting.FREE, call.step, has_menu=menu, wait_s=wait_s, after="poll")
    if call.mood == "talk":
        return documents.ask(outcome.said, expecting.parse(call.expects), call.step)
    waits_for = expecting.Expects("yes_no") if call.mood == "confirm" else expecting.FREE
    return documents.ask(outcome.said, waits_for, call.step, has_menu=True)
