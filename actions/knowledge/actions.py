"""Questions of policy, price, material, safety and offices are answered from the knowledge."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, services, speaking
from actions.smalltalk.tasks import before_last_clause
from actions.turn import turn_of
from kernel.errors import ServiceError

Events = list[dict[str, Any]]


class ActionAnswerKnowledge(Action):
    """Answer; in the middle of a task say that it goes on (Rasa then asks its question again)."""

    def name(self) -> str:
        return "action_answer_knowledge"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        question = str(turn.clauses[-1]["text"]) if turn.clauses else turn.text
        try:
            found = await services.knowledge().search(question, limit=3)
        except ServiceError:
            speaking.say(dispatcher, "utter_knowledge_down")
            return []
        events: Events = [SlotSet("misses", 0)]
        if turn.clauses and tracker.active_loop_name:
            events.append(SlotSet("task_opening", before_last_clause(turn)))  # an answer stood before the question
        if found.results and found.decision == "answer":
            best = found.results[0]
            speaking.say(dispatcher, "utter_knowledge", answer=best.answer_text, answer_spoken=best.answer_voice)
        elif found.results and found.decision == "ask":
            one, two = found.results[0], found.results[min(1, len(found.results) - 1)]
            buttons = [{"title": entry.question, "payload": entry.question} for entry in (one, two)]
            speaking.say(dispatcher, "utter_knowledge_ask", first=one.question, second=two.question, buttons=buttons)
        else:
            speaking.say(dispatcher, "utter_knowledge_unsure")
        if tracker.active_loop_name:
            speaking.say(dispatcher, "utter_back_to_task", label=learnt.label(tracker.get_slot("task")))
        return events


def everything() -> list[Action]:
    return [ActionAnswerKnowledge()]
