"""<Record> and <Dial>, as much of them as the line needs today."""

from __future__ import annotations

import uuid

from ivr.simulator.leg import CallerGone, Key, Leg, Life, Utterance, resolve
from ivr.simulator.twiml import Document, Verb
from ivr.simulator.wire import Params

_ALL_KEYS = "1234567890*#"


def _int(verb: Verb, name: str, default: int) -> int:
    given = verb.attrs.get(name, "")
    return int(given) if given.isdigit() else default


class _Take:
    """A recording being made: when it began and until when there was sound."""

    def __init__(self, leg: Leg, verb: Verb) -> None:
        self.leg, self.began_ms = leg, leg.now_ms
        self.sound_until_ms: int | None = None
        self.silence_ms = _int(verb, "timeout", 5) * 1000
        self.end_ms = self.began_ms + _int(verb, "maxLength", 3600) * 1000
        self.stops = verb.attrs.get("finishOnKey", _ALL_KEYS)

    def deadline_ms(self) -> int:
        if not self.silence_ms:
            return self.end_ms
        return min(self.end_ms, (self.sound_until_ms or self.began_ms) + self.silence_ms)

    def run(self) -> Life:
        """The key that ended it; empty on silence or at the longest."""
        while True:
            event = yield from self.leg.listen(self.deadline_ms(), "record", (Key, Utterance))
            if event is None:
                return ""
            if isinstance(event, Utterance):
                self.sound_until_ms = self.leg.now_ms + event.lasts_ms
            elif event.key in self.stops:
                return event.key

    def seconds(self) -> int:
        """Length with the silence at its end trimmed, as Record does by default."""
        end_ms = min(self.leg.now_ms, self.sound_until_ms or self.began_ms)
        return (end_ms - self.began_ms) // 1000


def run(leg: Leg, document: Document, verb: Verb) -> Life:
    """Record and return the next document; None when nothing was said and the switch says fall through."""
    action = leg.target(document, verb) or document.url or ""
    method = verb.attrs.get("method", "POST")
    if verb.attrs.get("playBeep") != "false":
        leg.hear("beep")
    take = _Take(leg, verb)
    recording = "RE" + uuid.uuid4().hex
    url = f"https://api.twilio.com/2010-04-01/Accounts/{leg.line.account_sid}/Recordings/{recording}"
    try:
        key = yield from take.run()
    except CallerGone:
        leg.status = "completed"
        yield from leg.notify(action, method, _outcome(url, take, "hangup"))
        _later(leg, document, verb, url, recording, take)
        raise
    if take.sound_until_ms is None and leg.line.empty_recording == "fallthrough":
        return None
    _later(leg, document, verb, url, recording, take)
    leg.redirects = 0
    return (yield from leg.document(action, method, _outcome(url, take, key)))


def _outcome(url: str, take: _Take, key: str) -> Params:
    return [("RecordingUrl", url), ("RecordingDuration", str(take.seconds())), ("Digits", key)]


def _later(leg: Leg, document: Document, verb: Verb, url: str, recording: str, take: _Take) -> None:
    callback = verb.attrs.get("recordingStatusCallback")
    if callback is None:
        return
    extra: Params = [
        ("RecordingSid", recording),
        ("RecordingUrl", url),
        ("RecordingStatus", "completed"),
        ("RecordingDuration", str(take.seconds())),
        ("RecordingChannels", "1"),
        ("RecordingSource", "RecordVerb"),
    ]
    leg.later.append((leg.now_ms + 2000, resolve(document.url, callback), "POST", extra))


def dial(leg: Leg, document: Document, verb: Verb, outcome: str, talk_s: int) -> Life:
    """Ring somebody; `outcome` is completed, busy, no-answer or failed. Child legs of their own are a later matter."""
    if verb.attrs.get("answerOnBridge") != "true":
        leg.answer()
        leg.hear("ringback")
    ring_s = {"no-answer": _int(verb, "timeout", 30) + 5, "completed": 3}.get(outcome, 1)
    yield from leg.pause(ring_s * 1000, "bridge")
    leg.answer()
    extra: Params = [("DialCallStatus", outcome), ("DialCallSid", "CA" + uuid.uuid4().hex)]
    if outcome == "completed":
        yield from leg.pause(talk_s * 1000, "bridge")
        extra += [("DialCallDuration", str(talk_s)), ("DialBridged", "true")]
    else:
        extra += [("DialCallDuration", "0"), ("DialBridged", "false")]
    action = leg.target(document, verb)
    if action is None:
        return None
    return (yield from leg.document(action, verb.attrs.get("method", "POST"), extra))
