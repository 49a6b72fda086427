"""A person takes over, with everything the talk has learnt; and gives the talk back."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, speaking
from actions.done import TASK_SLOTS, next_up
from actions.turn import turn_of

Events = list[dict[str, Any]]
_ORDER_NO = re.compile(r"[A-Z]{2}\d{12,13}")
_SKILLS = {
    "fault_emergency": "emergency",
    "complaint": "complaint",
    "bill_query": "business",
    "bill_detail": "business",
    "new_connection": "business",
    "account_change": "business",
    "ev_pv": "business",
    "meter_issue": "business",
    "invoice": "business",
    "pay_bill": "business",
    "bill_dispute": "business",
}


class ActionHandOver(Action):
    """Signal the gateway; the task is parked so that it can go on when the talk comes back."""

    def name(self) -> str:
        return "action_hand_over"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        wish = tracker.get_slot("wants_person") or {}
        task = tracker.get_slot("task")
        reason = str(wish.get("reason") or "客户要求人工")
        skill = str(wish.get("skill") or _SKILLS.get(str(task), "general"))
        if not wish or skill == "general":
            speaking.say(dispatcher, "utter_handing_over")
        text = turn.text if not wish and len(turn.text) > 6 else ""
        summary = learnt.summary(tracker.slots, reason + (f"：{text[:80]}" if text else ""))
        speaking.signal(dispatcher, "handoff", reason=reason, skill=skill, summary=summary)
        return [*parked(tracker), SlotSet("wants_person", None), SlotSet("misses", 0), SlotSet("silences", 0)]


def parked(tracker: Tracker) -> Events:
    """Events that leave the running form and put its task, with what is filled in, on top of the stack."""
    events: Events = []
    task = tracker.get_slot("task")
    if tracker.active_loop_name:
        events += [ActiveLoop(None), SlotSet("requested_slot", None)]
    if task and tracker.active_loop_name:
        filled = {slot: tracker.get_slot(slot) for slot in TASK_SLOTS if tracker.get_slot(slot) is not None}
        entry = {**next_up(str(task), was_begun=True), "slots": filled, "task_id": tracker.get_slot("task_id")}
        stack = [s for s in tracker.get_slot("task_stack") or [] if s.get("task") != task]
        events += [SlotSet("task_stack", [entry, *stack][:4]), *(SlotSet(slot, None) for slot in filled)]
        events += [SlotSet("task", None), SlotSet("attempt", 0), SlotSet("task_outcome", None)]
    return events


# An agent who writes this has seen to it; anything else leaves open what was half done.
_SEEN_TO = re.compile(r"办好|办完|办结|解决|登记|处理|受理|完成|已.{0,4}(派|报|查|告知|答复|缴|开)")


class ActionBackFromAgent(Action):
    """The agent gave the talk back: say so, keep what was learnt, go on with what the agent has not finished."""

    def name(self) -> str:
        return "action_back_from_agent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        told = (turn.context.get("handoff") or {}).get("learnt") or {}
        note = str(told.get("note") or told.get("summary") or "")
        found = _ORDER_NO.search(" ".join([note, *(str(line) for line in told.get("done") or ())]))
        stack = list(tracker.get_slot("task_stack") or [])
        goes_on = bool(stack) and not found and not _SEEN_TO.search(note)
        _say_back(dispatcher, note, goes_on=goes_on)
        # What was half done and seen to may still be taken up with 接着….
        events: Events = [
            SlotSet("task_stack", stack if goes_on else []),
            SlotSet("draft", tracker.get_slot("draft") if goes_on or not stack else stack[0]),
            SlotSet("task", None),
            SlotSet("misses", 0),
            SlotSet("silences", 0),
        ]
        if tracker.active_loop_name:
            events += [ActiveLoop(None), SlotSet("requested_slot", None)]
        done = [*(tracker.get_slot("done") or []), f"坐席：{note}" if note else "坐席已处理"]
        events.append(SlotSet("done", done[-8:]))
        if found:
            events.append(SlotSet("last_order", {"order_no": found[0], "phone_last4": None}))
        return events


def _say_back(dispatcher: CollectingDispatcher, note: str, *, goes_on: bool) -> None:
    if goes_on:
        speaking.say(dispatcher, "utter_back_from_agent_going_on")
    elif note:
        speaking.say(dispatcher, "utter_back_from_agent_with_note", note=note)
    else:
        speaking.say(dispatcher, "utter_back_from_agent")


def everything() -> list[Action]:
    return [ActionHandOver(), ActionBackFromAgent()]
