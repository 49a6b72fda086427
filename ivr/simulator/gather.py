"""<Gather>: keys and speech, whichever comes first (simulator specification 5, Gather)."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.simulator.leg import Key, Leg, Life, Utterance, resolve
from ivr.simulator.say import play_prompt
from ivr.simulator.twiml import Document, Verb
from ivr.simulator.wire import Params

_NO_CHINESE = ("phone_call", "experimental_conversations", "experimental_utterances")
_CHINESE = ("cmn-", "zh", "yue-")
MAX_SPEECH_MS = 60_000


@dataclass(frozen=True)
class Settings:
    """Effective attributes, times in milliseconds."""

    keys: bool
    speech: bool
    action: str | None
    method: str
    timeout_ms: int
    speech_timeout_ms: int
    finish_on: str
    num_digits: int | None
    on_empty: bool
    barge_in: bool
    partials: str | None

    @property
    def accepts(self) -> tuple[type, ...]:
        return ((Key,) if self.keys else ()) + ((Utterance,) if self.speech else ())


@dataclass(frozen=True)
class Result:
    """What was gathered; None fields were not part of it."""

    digits: str | None = None
    finished_on: str = ""
    speech: str | None = None
    confidence: float | None = None

    def parameters(self) -> Params:
        if self.speech is not None:
            said: Params = [("SpeechResult", self.speech)]
            return said if self.confidence is None else [*said, ("Confidence", f"{self.confidence:g}")]
        return [("Digits", self.digits or ""), ("FinishedOnKey", self.finished_on), ("msg", "Gather End")]


def _seconds(leg: Leg, verb: Verb, name: str, code: int, default: int) -> int:
    given = verb.attrs.get(name)
    if given is None:
        return default * 1000
    if given.isdigit() and int(given) > 0:
        return int(given) * 1000
    leg.log(code, "warning", detail=f"{name}={given}")
    return default * 1000


def _num_digits(leg: Leg, verb: Verb) -> int | None:
    given = verb.attrs.get("numDigits")
    if given is None:
        return None
    if given.isdigit() and int(given) > 0:
        return int(given)
    leg.log(13314, "warning", detail=f"numDigits={given}")
    return None


def settings(leg: Leg, document: Document, verb: Verb) -> Settings | None:
    """Effective attributes; None when the recogniser cannot be set up and the verb is skipped (13342, 13343)."""
    attrs = verb.attrs
    kinds = attrs.get("input", "dtmf").split()
    if not kinds or any(k not in ("dtmf", "speech") for k in kinds):
        leg.log(13326, "warning", detail=f"input={attrs.get('input')}")
        kinds = ["dtmf"]
    language = attrs.get("language", "en-US")
    if "speech" in kinds and attrs.get("speechModel") in _NO_CHINESE and language.startswith(_CHINESE):
        leg.log(13343, "error", detail=f"{attrs['speechModel']} has no {language}")
        return None
    timeout_ms = _seconds(leg, verb, "timeout", 13313, 5)
    finish_on = attrs.get("finishOnKey", "#")
    if len(finish_on) > 1 or finish_on not in "0123456789#*":
        leg.log(13310, "warning", detail=f"finishOnKey={finish_on}")
        finish_on = "#"
    partials = attrs.get("partialResultCallback")
    return Settings(
        keys="dtmf" in kinds,
        speech="speech" in kinds,
        action=leg.target(document, verb),
        method=attrs.get("method", "POST"),
        timeout_ms=timeout_ms,
        speech_timeout_ms=_speech_timeout(leg, verb, timeout_ms),
        finish_on=finish_on,
        num_digits=_num_digits(leg, verb),
        on_empty=attrs.get("actionOnEmptyResult") == "true",
        barge_in=attrs.get("bargeIn", "true") != "false",
        partials=None if partials is None else resolve(document.url, partials),
    )


def _speech_timeout(leg: Leg, verb: Verb, timeout_ms: int) -> int:
    if verb.attrs.get("speechTimeout") != "auto":
        return _seconds(leg, verb, "speechTimeout", 13327, timeout_ms // 1000)
    if verb.attrs.get("speechModel"):
        leg.log(13335, "warning", detail="speechTimeout auto with a speechModel")
        return timeout_ms
    return 0


def run(leg: Leg, document: Document, verb: Verb) -> Life:
    """Play the prompts, collect, and return the next document, or None to fall through to the next verb."""
    config = settings(leg, document, verb)
    if config is None:
        return None
    first = yield from _prompts(leg, verb, config)
    result = yield from _collect(leg, config, first)
    if result is None and not config.on_empty:
        return None
    if result is None:
        empty: Params = [("SpeechResult", "")] if not config.keys else [("Digits", "")]
        leg.count_redirect()
        return (yield from leg.document(config.action or document.url or "", config.method, empty))
    leg.redirects = 0
    return (yield from leg.document(config.action or document.url or "", config.method, result.parameters()))


def _prompts(leg: Leg, verb: Verb, config: Settings) -> Life:
    """The event that cut the prompts, if one did."""
    accepts = config.accepts if config.barge_in else ()
    for child in verb.children:
        lasts_ms = yield from play_prompt(leg, child)
        if lasts_ms is None:
            continue
        event = yield from leg.listen(leg.now_ms + lasts_ms, "gather", accepts, is_prompt=True)
        if event is not None:
            return event
    return None


def _collect(leg: Leg, config: Settings, first: Key | Utterance | None) -> Life:
    if first is None:
        first = yield from leg.listen(leg.now_ms + config.timeout_ms, "gather", config.accepts)
    if isinstance(first, Key):
        return (yield from _keys(leg, config, first))
    if isinstance(first, Utterance):
        return (yield from _speech(leg, config, first))
    return None


def _keys(leg: Leg, config: Settings, first: Key) -> Life:
    digits = ""
    event: Key | None = first
    while event is not None:
        if config.finish_on and event.key == config.finish_on:
            return Result(digits=digits, finished_on=event.key) if digits else None
        digits += event.key
        if config.num_digits is not None and len(digits) >= config.num_digits:
            return Result(digits=digits)
        event = yield from leg.listen(leg.now_ms + config.timeout_ms, "gather", (Key,))
    return Result(digits=digits)


def _speech(leg: Leg, config: Settings, first: Utterance) -> Life:
    """Words until a pause of `speechTimeout`; more of them within the pause belong to the same utterance."""
    began_ms, words, event = leg.now_ms, "", first
    number = 0
    while True:
        for partial in event.partials if config.partials else ():
            extra = [("UnstableSpeechResult", partial), ("StableSpeechResult", ""), ("SequenceNumber", str(number))]
            yield from leg.notify(config.partials or "", "POST", extra)
            number += 1
        words += event.text
        end_ms = min(leg.now_ms + event.lasts_ms + config.speech_timeout_ms, began_ms + MAX_SPEECH_MS)
        more = yield from leg.listen(end_ms, "gather", (Utterance,))
        if more is None:
            # noise the recogniser makes nothing of is no input (D18: 嘈杂，识别为空)
            return Result(speech=words, confidence=event.confidence) if words else None
        event = more
