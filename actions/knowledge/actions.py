"""Questions of policy, price, material, safety and offices are answered from the knowledge."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, services, speaking
from actions.knowledge.answers import say_answer
from actions.smalltalk.asides import offer
from actions.smalltalk.tasks import before_last_clause
from actions.turn import Turn, turn_of
from clients.knowledge.protocol import Answer, Found
from kernel.choices import chosen, verdict
from kernel.errors import ServiceError

Events = list[dict[str, Any]]
_FIGURE = re.compile(r"\d+\.\d+|\d{3,}")
UNASKED = 0.75  # what was not understood as a question is answered only when it fits so well
LIKELY, LEAD = 0.6, 0.05
SHORTEST = 4  # signs of a question worth a look that nobody recognised as one
# Next steps with a sentence of their own (`utter_offer_<name>`); the intents of knowledge entries' `next_action`.
OFFERED = frozenset(
    {
        "bill_query",
        "account_change",
        "new_connection",
        "fault_report",
        "pay_bill",
        "meter_issue",
        "ticket_progress",
        "complaint",
        "ev_pv",
        "whistleblow",
        "callback_request",
        "invoice",
        "outage_query",
        "suggestion",
        "reconnect",
        "praise",
    }
)


class ActionAnswerKnowledge(Action):
    """Answer; in the middle of a task say that it goes on (Rasa then asks its question again)."""

    def name(self) -> str:
        return "action_answer_knowledge"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        question = _question(turn, tracker)
        try:
            found = await services.knowledge().search(question, limit=3)
        except ServiceError:
            speaking.say(dispatcher, "utter_knowledge_down")
            return []
        asked_on = None
        if found.decision != "answer":
            asked_on = await _asked_on(tracker.get_slot("knowledge_said"), turn.text)
        found = asked_on or found
        events: Events = [SlotSet("misses", 0), SlotSet("knowledge_choices", None)]
        if turn.clauses and tracker.active_loop_name:
            events.append(SlotSet("task_opening", before_last_clause(turn)))  # an answer stood before the question
        # To who asks on about an answer, the next step was offered with it.
        events += await _told(dispatcher, turn, question, found, in_task=bool(tracker.active_loop_name or asked_on))
        if tracker.active_loop_name:
            speaking.say(dispatcher, "utter_back_to_task", label=learnt.label(tracker.get_slot("task")))
        return events


async def _asked_on(said: str | None, question: str) -> Found | None:
    """那个0.58是超过多少: a figure of the answer before is asked about, so that answer is meant."""
    figures = set(_FIGURE.findall(question))
    if not said or not figures:
        return None
    try:
        entry = await services.knowledge().entry(said)
        if not figures & set(_FIGURE.findall(entry.answer_text)):
            return None
        again = await services.knowledge().search(entry.question, limit=1)
    except ServiceError:
        return None
    return again if again.decision == "answer" and again.results[0].id == said else None


def _question(turn: Turn, tracker: Tracker) -> str:
    """What was chosen out of what was asked back, else the last thing asked in this turn."""
    offered = tracker.get_slot("knowledge_choices") or []
    place = chosen(turn.text, offered)
    if place is not None:
        return str(offered[place])
    return str(turn.clauses[-1]["text"]) if turn.clauses else turn.text


async def _told(dispatcher: CollectingDispatcher, turn: Turn, question: str, found: Found, *, in_task: bool) -> Events:
    if found.results and found.decision == "answer":
        return tell(dispatcher, turn, found.results[0], in_task=in_task)
    if in_task and found.decision == "ask" and _leads(found):
        return tell(dispatcher, turn, found.results[0], in_task=True)
    if found.results and found.decision == "ask":
        return _ask_back(dispatcher, found)
    return await _unsure(dispatcher, turn, question, in_task=in_task)


def _leads(found: Found) -> bool:
    """In the middle of a task a likely answer is better than a question about the question."""
    scores = [answer.score for answer in found.results[:2]]
    return bool(scores) and scores[0] >= LIKELY and scores[0] - (scores[1] if len(scores) > 1 else 0) >= LEAD


def tell(dispatcher: CollectingDispatcher, turn: Turn, answer: Answer, *, in_task: bool) -> Events:
    """The answer, then, when nothing else is under way, its next step and whether it helped."""
    say_answer(dispatcher, answer)
    if in_task:
        return [SlotSet("knowledge_said", answer.id)]
    step = answer.next_action if answer.next_action in OFFERED else None
    _say_next(dispatcher, turn, answer, step)
    return [SlotSet("knowledge_said", answer.id), *([offer(step)] if step else [])]


def _say_next(dispatcher: CollectingDispatcher, turn: Turn, answer: Answer, step: str | None) -> None:
    """On the telephone nobody is asked to rate, and nothing is offered by keys."""
    named = "tier" if answer.id.startswith("tier-") and step == "bill_query" else step
    rating = [] if turn.is_phone else [_button("有用", "useful"), _button("没用", "useless")]
    if step:
        accepting = [] if turn.is_phone else [{"title": "要", "payload": "/affirm"}]
        speaking.say(dispatcher, f"utter_offer_{named}", buttons=[*accepting, *rating])
    elif not turn.is_phone:
        speaking.say(dispatcher, "utter_ask_whether_useful", buttons=rating)


def _button(title: str, name: str) -> dict[str, str]:
    return {"title": title, "payload": title, "id": name}


def _ask_back(dispatcher: CollectingDispatcher, found: Found) -> Events:
    questions = [entry.question for entry in found.results[:3]]
    buttons = [{"title": question, "payload": question} for question in questions]
    keyed = "，".join(f"{question}，按{'一二三'[place]}" for place, question in enumerate(questions))
    listed = "，还是".join(f"“{question}”" for question in questions)
    speaking.say(dispatcher, "utter_knowledge_ask", options=listed, options_spoken=keyed, buttons=buttons)
    return [SlotSet("knowledge_choices", questions)]


async def _unsure(dispatcher: CollectingDispatcher, turn: Turn, question: str, *, in_task: bool) -> Events:
    """Said openly, kept for the keepers of the knowledge, and a person is offered."""
    key = f"unanswered-{turn.conversation_id}-{turn.turn_key}"
    with suppress(ServiceError):  # the list is a help for the keepers; the customer is answered all the same
        await services.knowledge().note_unanswered(question, key=key)
    if in_task:
        speaking.say(dispatcher, "utter_knowledge_unsure_in_task")
        return []
    speaking.say(dispatcher, "utter_knowledge_unsure")
    opening = {"text": question, "entities": [], "intent": {"name": "callback_request"}}
    return [offer("callback_request", opening=opening)]


class ActionRateAnswer(Action):
    """有用 or 没用, of the answer given last."""

    def name(self) -> str:
        return "action_rate_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        entry_id, is_useful = str(tracker.get_slot("knowledge_said")), bool(verdict(turn.text))
        key = f"rating-{turn.conversation_id}-{turn.turn_key}"
        with suppress(ServiceError):  # thanked all the same: nothing of the customer's is lost
            await services.knowledge().rate(entry_id, is_useful=is_useful, key=key)
        speaking.say(dispatcher, "utter_rated_useful" if is_useful else "utter_rated_useless")
        return [SlotSet("knowledge_said", None)]


async def answer_unrecognised(dispatcher: CollectingDispatcher, tracker: Tracker) -> Events | None:
    """The events of an answer to words that were not recognised as a question; None when nothing fits very well."""
    turn = turn_of(tracker)
    if turn.kind != "text" or len(turn.text) < SHORTEST or tracker.active_loop_name:
        return None
    try:
        found = await services.knowledge().search(turn.text, limit=3)
    except ServiceError:
        return None
    if found.decision != "answer" or found.results[0].score < UNASKED:
        return None
    return [SlotSet("misses", 0), *tell(dispatcher, turn, found.results[0], in_task=False)]


def everything() -> list[Action]:
    return [ActionAnswerKnowledge(), ActionRateAnswer()]
