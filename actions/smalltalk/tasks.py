"""Starting a task, parking it, going back to it, giving it up: the stack of tasks.

Which task it is was decided by `bot/policies` (or a rule); these actions only move slots. See docs/adr for the whole.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, speaking
from actions.done import TASK_SLOTS, next_up
from actions.handoff.actions import parked
from actions.turn import Turn, turn_of
from kernel.danger import cries_out, is_denied
from kernel.ids import digest
from kernel.wishes import leaves_message, task_of

Events = list[dict[str, Any]]
URGENT = ("fault_emergency", "fault_report")
QUESTIONS = {"price_policy", "policy_material", "safety_saving", "business_hall"}
SURE = 0.45


def requests_in(turn: Turn) -> list[dict[str, Any]]:
    """What is asked for in this turn, the urgent one first: one entry a request, usually one.

    The NLU's `clauses` say which parts of the sentence are requests of their own.
    """
    found: list[dict[str, Any]] = []
    for clause in turn.clauses:
        intent = str(clause.get("intent"))
        is_new = not any(entry["task"] == intent for entry in found)
        if is_new and intent in learnt.TASK_LABELS and float(clause.get("confidence") or 1) >= SURE:
            found.append(next_up(intent, opening=_opening(turn, clause)))
    if len(found) < 2:
        return []
    return sorted(found, key=lambda entry: URGENT.index(entry["task"]) if entry["task"] in URGENT else len(URGENT))


def _opening(turn: Turn, clause: Any) -> dict[str, Any]:
    """The clause as a message of its own: entities count from its first character."""
    start, end = int(clause.get("start") or 0), int(clause.get("end") or len(turn.text))
    inside = [
        {**e, "start": int(e["start"]) - start, "end": int(e.get("end") or end) - start}
        for e in turn.entities
        if "start" in e and start <= int(e["start"]) < end
    ]
    return {"text": turn.text[start:end], "entities": inside, "intent": {"name": clause.get("intent")}}


class ActionStartTask(Action):
    """Begin what the customer asked for; what was running is parked, a second request waits its turn."""

    def name(self) -> str:
        return "action_start_task"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        requests = requests_in(turn)
        task = "fault_emergency" if cries_out(turn.text) else task_of(turn.intent, turn.text) or turn.intent
        opening = opening_of(tracker, turn)
        if task == "fault_emergency" and is_denied(turn.text):
            task = "fault_report"  # 没冒烟，就是没电
        if tracker.get_slot("elder_since") == turn.turn_key and task != "fault_emergency":
            speaking.say(dispatcher, "utter_no_hurry")
        waiting: list[dict[str, Any]] = []
        if requests and "fault_emergency" not in (task, requests[0]["task"]):
            task, opening, waiting = requests[0]["task"], requests[0]["opening"], requests[1:]
            second = learnt.label(waiting[0]["task"])
            speaking.say(dispatcher, "utter_two_requests", first=learnt.label(task), second=second)
        events = parked(tracker)
        stack = next(
            (e["value"] for e in events if e.get("name") == "task_stack"), tracker.get_slot("task_stack") or []
        )
        stack = [entry for entry in [*waiting, *stack] if entry["task"] != task or entry.get("was_begun")][:4]
        despite = task == "fault_report" and tracker.get_slot("outage_known") is not None
        return [
            *events,
            SlotSet("task_stack", stack),
            SlotSet("task", task),
            SlotSet("task_id", digest(turn.conversation_id, turn.turn_key, task)),
            SlotSet("task_opening", opening),
            SlotSet("task_outcome", None),
            SlotSet("fault_despite_known", True if despite else None),
            SlotSet("by_keys", True if turn.is_keyed else None),
            SlotSet("attempt", 0),
            SlotSet("misses", 0),
            SlotSet("silences", 0),
            SlotSet("pending", None),
            SlotSet("offered", None),
            SlotSet("unclear_words", None),
        ]


def opening_of(tracker: Tracker, turn: Turn) -> dict[str, Any]:
    """The words a task begins with: those of this turn, or those a choice was offered for."""
    if leaves_message(turn.text):
        return {"text": "回拨", "entities": [], "intent": {"name": "callback_request"}}  # the message comes next
    unclear = (tracker.get_slot("unclear_words") or {}).get("opening")
    if not turn.text and unclear:
        return dict(unclear)
    return {"text": turn.text, "entities": list(turn.entities), "intent": {"name": turn.intent}}


class ActionQueueRequest(Action):
    """An answer with another request in the same sentence: the request waits, the form reads the answer."""

    def name(self) -> str:
        return "action_queue_request"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        second = turn.clauses[-1]
        task = str(second.get("intent"))
        speaking.say(dispatcher, "utter_queued", label=learnt.label(task))
        stack = [s for s in tracker.get_slot("task_stack") or [] if s.get("task") != task]
        return [
            SlotSet("task_stack", [next_up(task, opening=_opening(turn, second)), *stack][:4]),
            SlotSet("task_opening", before_last_clause(turn)),
        ]


def before_last_clause(turn: Turn) -> dict[str, Any]:
    """The words before the second request, for the form to read."""
    end = int(turn.clauses[-1].get("start") or 0)
    inside = [e for e in turn.entities if int(e.get("start") or 0) < end]
    return {"text": turn.text[:end], "entities": inside, "intent": {"name": ""}}


class ActionResumeTask(Action):
    """Take the next task from the stack."""

    def name(self) -> str:
        return "action_resume_task"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        stack = list(tracker.get_slot("task_stack") or [])
        if not stack:
            return []
        entry = stack.pop(0)
        task = str(entry["task"])
        if entry.get("was_begun"):
            speaking.say(dispatcher, "utter_resumed_task", label=learnt.label(task))
        elif entry.get("opening") and not entry.get("quiet"):
            speaking.say(dispatcher, "utter_next_task", label=learnt.label(task))
        return [
            SlotSet("task_stack", stack),
            SlotSet("task", task),
            SlotSet("task_id", entry.get("task_id") or digest(turn.conversation_id, turn.turn_key, task, "next")),
            SlotSet("task_opening", entry.get("opening") or {}),
            SlotSet("attempt", 0),
            *(SlotSet(slot, value) for slot, value in (entry.get("slots") or {}).items()),
        ]


class ActionAskCancel(Action):
    def name(self) -> str:
        return "action_ask_cancel"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_ask_cancel", label=learnt.label(tracker.get_slot("task")))
        return [SlotSet("pending", "cancel")]


class ActionCancelTask(Action):
    """Give the task up; what was filled in is kept as a draft for 24 hours (the life of a talk in the bot)."""

    def name(self) -> str:
        return "action_cancel_task"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        task = str(tracker.get_slot("task"))
        speaking.say(
            dispatcher,
            "utter_cancelled_fault" if task == "fault_report" else "utter_cancelled",
            label=learnt.label(task),
        )
        filled = {slot: tracker.get_slot(slot) for slot in TASK_SLOTS if tracker.get_slot(slot) is not None}
        draft = {**next_up(task, was_begun=True), "slots": filled, "task_id": tracker.get_slot("task_id")}
        return [
            ActiveLoop(None),
            SlotSet("requested_slot", None),
            *(SlotSet(slot, None) for slot in filled),
            SlotSet("draft", draft),
            SlotSet("task", None),
            SlotSet("pending", None),
            SlotSet("attempt", 0),
            SlotSet("done", [*(tracker.get_slot("done") or []), f"{learnt.label(task)}已取消，没有建单"][-8:]),
        ]


class ActionKeepTask(Action):
    """Not cancelled after all: Rasa asks the form's question again."""

    def name(self) -> str:
        return "action_keep_task"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_kept", label=learnt.label(tracker.get_slot("task")))
        return [SlotSet("pending", None)]


KEPT_ON_RESTART = (
    "fault_symptom",
    "fault_contact_phone",
    "fault_account_no",
    "request_phone",
    "request_account_no",
    "subscribe_phone",
)


class ActionRestartTask(Action):
    """从头来: the task begins anew; how to reach the customer and whose account it is need not be said again."""

    def name(self) -> str:
        return "action_restart_task"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_restarted", label=learnt.label(tracker.get_slot("task")))
        filled = [s for s in TASK_SLOTS if tracker.get_slot(s) is not None and s not in KEPT_ON_RESTART]
        emptied: Events = [SlotSet(slot, None) for slot in (*filled, "requested_slot", "task_outcome")]
        return [*emptied, SlotSet("attempt", 0)]


class ActionReopenDraft(Action):
    """接着报修: go on where it was cancelled."""

    def name(self) -> str:
        return "action_reopen_draft"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        draft = tracker.get_slot("draft")
        return (
            [SlotSet("task_stack", [draft, *(tracker.get_slot("task_stack") or [])]), SlotSet("draft", None)]
            if draft
            else []
        )


def everything() -> list[Action]:
    return [
        ActionStartTask(),
        ActionQueueRequest(),
        ActionResumeTask(),
        ActionAskCancel(),
        ActionCancelTask(),
        ActionKeepTask(),
        ActionReopenDraft(),
        ActionRestartTask(),
    ]
