"""Greeting, repeating, not understanding, silence, good-bye."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import speaking
from actions.knowledge.actions import answer_unrecognised
from actions.smalltalk.asides import offer
from actions.turn import turn_of

Events = list[dict[str, Any]]
MOST_RUDE = 3
MOST_MISSES = 3


class ActionRepeat(Action):
    """Say the last answer again, slower on request; inside a form Rasa asks its question again by itself."""

    def name(self) -> str:
        return "action_repeat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        slower = bool(re.search(r"慢", turn.text))
        if tracker.active_loop_name and _OTHER_WORDS.search(turn.text):
            speaking.say(dispatcher, "utter_other_words")
            return [SlotSet("attempt", max(int(tracker.get_slot("attempt") or 0), 1))]
        speaking.say(dispatcher, "utter_slower" if slower else "utter_repeating")
        if tracker.active_loop_name:
            return []
        said = last_said(tracker)
        if not said:
            speaking.say(dispatcher, "utter_nothing_to_repeat")
        for text, speech in said:
            spoken = speech.replace("，", "， ").strip() if slower else speech
            speaking.say(dispatcher, "utter_said", words=text, words_spoken=spoken or text)
        return []


_OTHER_WORDS = re.compile(r"换(个|种|一种)(说法|问法)|什么意思|啥意思|没(看|听)?懂|不懂|不明白|没明白|听不懂")
_LEAD_INS = ("utter_slower", "utter_repeating", "utter_other_words")


def last_said(tracker: Tracker) -> list[tuple[str, str]]:
    """The bot's words of the turn before, as text and speech."""
    said: list[tuple[str, str]] = []
    turns = 0
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            turns += 1
            if turns == 2:
                break
        if turns == 1 and event.get("event") == "bot" and event.get("text"):
            metadata = event.get("metadata") or {}
            if metadata.get("utter_action") not in _LEAD_INS:
                said.append((event["text"], str(metadata.get("speech") or event["text"])))
    return list(reversed(said))


class ActionNotUnderstood(Action):
    """First another wording is asked for, then a choice or keys, then a person."""

    def name(self) -> str:
        return "action_not_understood"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        answered = await answer_unrecognised(dispatcher, tracker)
        return (
            answered if answered is not None else not_understood(dispatcher, int(tracker.get_slot("misses") or 0) + 1)
        )


def not_understood(dispatcher: CollectingDispatcher, misses: int) -> Events:
    """The step of the ladder for the `misses`-th time running."""
    if misses >= MOST_MISSES:
        speaking.say(dispatcher, "utter_fallback_third")
        return [SlotSet("misses", 0), SlotSet("wants_person", {"reason": "三次没有听懂", "skill": "business"})]
    speaking.say(dispatcher, "utter_fallback_first" if misses == 1 else "utter_fallback_second")
    return [SlotSet("misses", misses)]


class ActionSilence(Action):
    """Nothing was heard: asked, then keys, then the line is closed and what was filled in stays."""

    def name(self) -> str:
        return "action_silence"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        silences = int(tracker.get_slot("silences") or 0) + 1
        if silences >= 3:
            speaking.say(dispatcher, "utter_silence_third")
            speaking.signal(dispatcher, "close")
            return [SlotSet("silences", 0), SlotSet("pending", "silent")]
        if tracker.active_loop_name:
            speaking.say(dispatcher, "utter_silence_in_form")
        else:
            speaking.say(dispatcher, "utter_silence_first" if silences == 1 else "utter_silence_second")
        return [SlotSet("silences", silences)]


class ActionGoodbye(Action):
    def name(self) -> str:
        return "action_goodbye"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_goodbye")
        speaking.signal(dispatcher, "close")
        return []


class ActionOutOfScope(Action):
    """Say who does it, and come back to electricity."""

    def name(self) -> str:
        return "action_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        text = turn_of(tracker).text
        found = next((key for pattern, key in _ELSEWHERE if re.search(pattern, text)), "other")
        misses = int(tracker.get_slot("misses") or 0)
        if found == "other" and misses:
            return not_understood(dispatcher, misses + 1)  # nothing of ours twice running: the ladder goes on
        speaking.say(dispatcher, f"utter_out_of_scope_{found}")
        return [SlotSet("misses", 1 if found == "other" else 0)]


_ELSEWHERE: tuple[tuple[str, str], ...] = (
    (r"水费|水管|自来水|停水", "water"),
    (r"燃气|煤气|天然气", "gas"),
    (r"话费|流量|宽带|手机费|网费", "telecom"),
    (r"天气|下雨|气温", "weather"),
    (r"快递|外卖|打车", "delivery"),
)


class ActionRude(Action):
    """Anger is heard once, warned the second time, then a call back is offered, or in a form a person goes on."""

    def name(self) -> str:
        return "action_chitchat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        text = turn_of(tracker).text
        if not re.search(r"骗子|垃圾|混蛋|王八|傻|滚|妈的|他妈|废物|去死|狗", text):
            speaking.say(dispatcher, "utter_chitchat")
            return []
        rude = int(tracker.get_slot("rude") or 0) + 1
        counted = SlotSet("rude", rude)
        if rude < MOST_RUDE:
            speaking.say(dispatcher, f"utter_rude_{rude}")
            return [counted]
        if tracker.active_loop_name:
            speaking.say(dispatcher, "utter_rude_to_person")
            return [counted, SlotSet("wants_person", {"reason": "客户情绪激动", "skill": "complaint"})]
        speaking.say(dispatcher, "utter_rude_3")
        opening = {
            "text": "客户情绪激动，没有说事由，请主管回电",
            "entities": [],
            "intent": {"name": "callback_request"},
        }
        return [counted, offer("callback_request", opening=opening, declined="utter_rude_declined")]


def everything() -> list[Action]:
    return [
        ActionRepeat(),
        ActionNotUnderstood(),
        ActionSilence(),
        ActionGoodbye(),
        ActionOutOfScope(),
        ActionRude(),
    ]
