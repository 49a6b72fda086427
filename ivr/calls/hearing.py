"""What did the caller mean by these keys or words, at this point of the call? A plan, decided once a webhook.

Tables rather than ladders: keys of the menu, what each `expects` takes. Nothing here waits or writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ivr.calls.models import Call
from kernel import expects as expecting

Do = Literal["open", "tell", "repeat", "silence", "miss", "confirm", "say_right", "what_else", "poll", "leave_queue"]

MENU = {"1": "我要报修", "2": "我要查电费", "3": "我要查停电", "4": "我要查工单进度"}
PERSON = "0"
REPEAT = frozenset({"*", "#"})
SURE = 0.5  # below it what was heard is read back (D21: 0.41 was wrong, 0.86 right)
NOISE = 0.15  # below it nothing was understood
LONGEST_SPEECH = 500

# Said with fear and seldom clearly; asking back costs time somebody may not have (etiquette 12).
_DANGER = re.compile(r"触电|被电|电到|断线|电线.{0,4}(掉|断|落)|火花|着火|起火|冒烟|爆炸|电杆.{0,3}(倒|断)|救命|水淹")
_YES = re.compile(
    r"^(是|对|嗯|是的|对的|没错|对对|嗯嗯|正是|就是|就是这(个|件)?(事|件事)?|问这(个|件事))[的啊呀了吧]?[。！]?$"
)
_NO_FIRST = re.compile(r"^(不对|不是|错了|不)[，,。 ]*(我说的?是|是|应该是)?")


@dataclass(frozen=True)
class Heard:
    """Keys or words as the provider gave them; both None is silence."""

    digits: str | None = None
    speech: str | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Plan:
    """What to do with a webhook; `kind` and `value` are those of an `Inbound` when it is to tell the bot."""

    do: Do
    kind: str = ""
    value: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Plan:
        return cls(**stored)


def heard_of(form: Mapping[str, Any]) -> Heard:
    """Read a Gather's result; a Confidence that is no number counts as absent."""
    digits = str(form.get("Digits") or "").strip() or None
    speech = str(form.get("SpeechResult") or "").strip()[:LONGEST_SPEECH] or None
    try:
        confidence = float(form["Confidence"])
    except (KeyError, ValueError, TypeError):
        confidence = None
    return Heard(digits, speech, confidence)


def plan_for(call: Call, heard: Heard) -> Plan:
    """Decide what a result means for this call."""
    if heard.digits is not None:
        return _of_keys(call, heard.digits)
    if heard.speech is not None:
        return _of_words(call, heard.speech, heard.confidence)
    return Plan("silence")


# -- keys ----------------------------------------------------------------------------------------------------------


def _of_keys(call: Call, digits: str) -> Plan:
    if set(digits) <= REPEAT:
        return Plan("repeat")
    if digits == PERSON:
        return Plan("tell", "digits", PERSON)
    return _KEYS_BY_MOOD[call.mood](call, digits)


def _talk_keys(call: Call, digits: str) -> Plan:
    waits_for = expecting.parse(call.expects)
    if waits_for.kind == "free":
        return _free_keys(call, digits)
    if waits_for.kind == "yes_no" and digits not in ("1", "2"):
        return Plan("miss")
    if waits_for.kind == "choice" and not (digits.isdigit() and 1 <= int(digits) <= len(waits_for.choices)):
        return Plan("miss")
    return Plan("tell", "digits", digits.strip("*#"))


def _free_keys(call: Call, digits: str) -> Plan:
    """Where words are open: a number is for the bot, 1 says it again (D19), other single keys mean nothing."""
    if len(digits) > 1 or "按" in "".join(call.last_said):
        return Plan("tell", "digits", digits)
    return Plan("repeat") if digits == "1" else Plan("miss")


def _menu_keys(_: Call, digits: str) -> Plan:
    if digits in MENU:
        return Plan("tell", "text", MENU[digits])
    if len(digits) > 1:
        return Plan("tell", "digits", digits)
    return Plan("miss")


def _confirm_keys(call: Call, digits: str) -> Plan:
    known = {"1": Plan("tell", "text", call.unsure_text or ""), "2": Plan("say_right")}
    return known.get(digits, Plan("miss"))


def _notice_keys(call: Call, digits: str) -> Plan:
    known = {"1": Plan("tell", "text", about_notice(call)), "2": Plan("what_else")}
    return known.get(digits) or _menu_keys(call, digits)


def _queue_keys(_: Call, digits: str) -> Plan:
    return Plan("leave_queue") if digits == "2" else Plan("poll")


def _agent_keys(_: Call, digits: str) -> Plan:
    return Plan("tell", "text", digits)


_KEYS_BY_MOOD: dict[str, Callable[[Call, str], Plan]] = {
    "talk": _talk_keys,
    "menu": _menu_keys,
    "confirm": _confirm_keys,
    "notice": _notice_keys,
    "queue": _queue_keys,
    "agent": _agent_keys,
    "working": _talk_keys,
}


# -- words ---------------------------------------------------------------------------------------------------------


def about_notice(call: Call) -> str:
    return f"{call.notice_place}停电了，什么时候来电"


def _of_words(call: Call, text: str, confidence: float | None) -> Plan:
    if _DANGER.search(text):
        return Plan("tell", "text", text)
    if call.mood == "notice" and _YES.match(text):
        return Plan("tell", "text", about_notice(call))
    if call.mood == "confirm":
        return _of_confirming(call, text)
    if confidence is not None and confidence < NOISE:
        return Plan("miss")
    # An agent hears for himself; digits and a yes are read back by the bot anyway.
    asks_back = call.mood in ("talk", "menu", "notice") and expecting.parse(call.expects).kind in ("free", "choice")
    if asks_back and confidence is not None and confidence < SURE:
        return Plan("confirm", "text", text)
    return Plan("tell", "text", text)


def _of_confirming(call: Call, text: str) -> Plan:
    if _YES.match(text):
        return Plan("tell", "text", call.unsure_text or "")
    rest = _NO_FIRST.sub("", text).strip("，。, ")
    return Plan("tell", "text", rest) if rest else Plan("say_right")
