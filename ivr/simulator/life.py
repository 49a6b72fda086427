"""A call from the first ring to the status callback, as one generator over virtual time."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.simulator import gather, record
from ivr.simulator.leg import CallerGone, CallFailed, Leg, Life, resolve
from ivr.simulator.say import play_prompt
from ivr.simulator.twiml import Document, Verb


@dataclass
class Callee:
    """What whoever is dialled does."""

    outcome: str = "no-answer"
    talk_s: int = 30


class _End(Exception):
    """The call ends, with this final status."""

    def __init__(self, status: str = "completed") -> None:
        self.status = status


def live(leg: Leg, callee: Callee) -> Life:
    """Run the whole call."""
    status = "completed"
    try:
        document = yield from leg.document(leg.line.voice_url, leg.line.voice_method)
        first = True
        while document is not None:
            document = yield from _execute(leg, document, callee, first)
            first = False
    except _End as end:
        status = end.status
    except CallFailed:
        pass
    except CallerGone:
        status = "completed" if leg.answered_at_ms is not None else "no-answer"
    leg.status = status
    if leg.line.status_callback:
        yield from leg.notify(leg.line.status_callback, leg.line.status_method, leg.closing())


def _execute(leg: Leg, document: Document, callee: Callee, first_document: bool) -> Life:
    """Run one document; the next one, or None when it ran out."""
    if not document.verbs:
        leg.answer()
    for place, verb in enumerate(document.verbs):
        leading = first_document and leg.answered_at_ms is None
        if verb.name == "Reject" and leading and place == 0:
            raise _End("busy" if verb.attrs.get("reason") == "busy" else "no-answer")
        waits_for_callee = verb.name == "Dial" and verb.attrs.get("answerOnBridge") == "true"
        if not (verb.name == "Pause" and leading) and not waits_for_callee:
            leg.answer()
        following = yield from _verb(leg, document, verb, callee)
        if following is not None:
            return following
    return None


def _verb(leg: Leg, document: Document, verb: Verb, callee: Callee) -> Life:
    if verb.name in ("Say", "Play", "Pause"):
        lasts_ms = yield from play_prompt(leg, verb, document.url)
        yield from leg.pause(lasts_ms or 0)
        return None
    if verb.name == "Gather":
        return (yield from gather.run(leg, document, verb))
    if verb.name == "Record":
        return (yield from record.run(leg, document, verb))
    if verb.name == "Redirect":
        leg.count_redirect()
        return (yield from leg.document(resolve(document.url, verb.text), verb.attrs.get("method", "POST")))
    if verb.name == "Dial":
        return (yield from record.dial(leg, document, verb, callee.outcome, callee.talk_s))
    if verb.name in ("Hangup", "Reject"):
        raise _End
    leg.log(12200 if verb.name == "Leave" else 0, "info", document.url or "", f"{verb.name} not simulated")
    return None
