"""Said in the middle of a task or instead of one: waiting, why we ask, how long it takes, which of two, an offer taken.

Which of these it is was decided by `bot/policies`; after most of them Rasa asks the form's question again by itself.
"""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, speaking
from actions.done import next_up
from actions.turn import turn_of
from kernel.choices import meanings, ordinal
from kernel.ids import digest

Events = list[dict[str, Any]]
# Why a slot is asked for: by its name, or by the end of its name.
_WHY: tuple[tuple[str, str], ...] = (
    (r"^identity_", "identity"),
    (r"^progress_", "order"),
    (r"account_no$", "account"),
    (r"phone$", "phone"),
    (r"address$|place$|area$", "place"),
    (r"^fault_(neighbour|breaker|breaker_retry)$", "checks"),
    (r"^fault_(symptom|scope)$", "symptom"),
    (r"confirmed$", "confirmed"),
)
OPTIONS: dict[str, str] = {
    "bill_query": "查多少钱",
    "bill_detail": "问电费为什么是这个数",
    "pay_bill": "交电费",
    "fault_report": "报修家里没电",
    "outage_query": "查停电通知",
    "invoice": "开发票",
    "meter_issue": "电表有问题",
    "ticket_progress": "查办到哪一步",
    "ticket_urge": "催一下",
    "account_change": "过户或改户号资料",
    "reconnect": "欠费停电要恢复",
    "complaint": "投诉",
    "new_connection": "新装或增容",
    "ev_pv": "装充电桩或光伏",
    "callback_request": "让人给您回电",
    "bill_dispute": "对电费有异议",
    "whistleblow": "举报",
    "suggestion": "提建议",
    "praise": "表扬",
}
MOST_OPTIONS = 3


class ActionWait(Action):
    """等一下: nothing is lost, nothing is asked again."""

    def name(self) -> str:
        return "action_wait"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_take_your_time")
        return [SlotSet("silences", 0)]


class ActionSayWhy(Action):
    """Why this is asked, and what happens without it."""

    def name(self) -> str:
        return "action_say_why"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        asked = str(tracker.get_slot("requested_slot") or "")
        reason = next((name for pattern, name in _WHY if re.search(pattern, asked)), "other")
        speaking.say(dispatcher, f"utter_why_{reason}")
        return []


class ActionSayHowLong(Action):
    """你先说说要多久: what is promised for this task (the response has a variant a task)."""

    def name(self) -> str:
        return "action_say_how_long"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_how_long")
        return []


class ActionAskWhich(Action):
    """One word, or two readings about as likely: asked with a choice instead of guessed."""

    def name(self) -> str:
        return "action_ask_which"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        tasks = meanings(turn.text) or ranked(tracker)
        buttons = [{"title": OPTIONS[task], "payload": f"/{task}"} for task in tasks]
        values = {"options": "，还是".join(OPTIONS[task] for task in tasks)}
        keyed = "，".join(f"{OPTIONS[task]}按{'一二三'[place]}" for place, task in enumerate(tasks))
        speaking.say(dispatcher, "utter_ask_which", buttons=buttons, **values, options_spoken=keyed)
        opening = {"text": turn.text, "entities": list(turn.entities), "intent": {"name": turn.intent}}
        return [
            SlotSet("pending", "which"),
            SlotSet("unclear_words", {"tasks": list(tasks), "opening": opening}),
            SlotSet("misses", 0),
        ]


def ranked(tracker: Tracker) -> tuple[str, ...]:
    """The two likeliest tasks of the NLU's ranking."""
    ranking = (tracker.latest_message or {}).get("intent_ranking") or ()
    return tuple(str(r["name"]) for r in ranking if r.get("name") in OPTIONS)[:2]


class ActionTakeChoice(Action):
    """前面那个, 第二个: said instead of pressed."""

    def name(self) -> str:
        return "action_take_choice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn, asked = turn_of(tracker), tracker.get_slot("unclear_words") or {}
        tasks = list(asked.get("tasks") or ["fault_report"])
        task = tasks[min(ordinal(turn.text) or 0, len(tasks) - 1)]
        return [
            SlotSet("task", task),
            SlotSet("task_id", digest(turn.conversation_id, turn.turn_key, task)),
            SlotSet("task_opening", asked.get("opening") or {}),
            SlotSet("task_outcome", None),
            SlotSet("attempt", 0),
            SlotSet("pending", None),
            SlotSet("unclear_words", None),
        ]


class ActionTakeOffer(Action):
    """好: what the bot offered a turn ago (slot `offered`: task, opening) begins."""

    def name(self) -> str:
        return "action_take_offer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        offered = tracker.get_slot("offered") or {}
        stack = tracker.get_slot("task_stack") or []
        entry = next_up(str(offered["task"]), opening=offered.get("opening") or {})
        return [SlotSet("task_stack", [{**entry, "quiet": True}, *stack][:4]), SlotSet("offered", None)]


class ActionDeclineOffer(Action):
    """不用: nothing happens, and it is not offered again."""

    def name(self) -> str:
        return "action_decline_offer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        offered = tracker.get_slot("offered") or {}
        speaking.say(dispatcher, str(offered.get("declined") or "utter_at_your_service"))
        return [SlotSet("offered", None)]


class ActionFalseAlarm(Action):
    """看错了，不是火: relief first, then what was interrupted goes on."""

    def name(self) -> str:
        return "action_false_alarm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_false_alarm")
        done = [*(tracker.get_slot("done") or []), "险情为误报，客户已说明"][-8:]
        emptied = ("task", "emergency_hazard", "emergency_words", "emergency_place", "emergency_sight")
        events: Events = [
            ActiveLoop(None),
            SlotSet("requested_slot", None),
            SlotSet("done", done),
            SlotSet("attempt", 0),
        ]
        return [*events, *(SlotSet(slot, None) for slot in emptied)]


def offer(task: str, *, opening: dict[str, Any] | None = None, declined: str | None = None) -> dict[str, Any]:
    """The event that lets 好 begin `task` in the next turn; `opening` are the words it begins with.

    Args:
        declined: the response to 不用, `utter_at_your_service` by default.
    """
    value = {"task": task, "label": learnt.label(task), "opening": opening, "declined": declined}
    return dict(SlotSet("offered", value))


def everything() -> list[Action]:
    return [
        ActionWait(),
        ActionSayWhy(),
        ActionSayHowLong(),
        ActionAskWhich(),
        ActionTakeChoice(),
        ActionTakeOffer(),
        ActionDeclineOffer(),
        ActionFalseAlarm(),
    ]
