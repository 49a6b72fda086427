"""Reading the turns of an emergency: which danger, where, and what else is seen there. Nothing else is asked."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, speaking
from actions.forms import SKIPPED, Draft, TaskForm
from actions.outage.places import named_place
from actions.turn import Turn
from kernel.danger import UNCLEAR, hazard_of

_NOT_A_PLACE = {"affirm", "deny", "thanks", "greet", "goodbye", "chitchat_other", "repeat", "bot_challenge"}
# What is seen there needs another command at once (service-catalogue 3): first match, each said when it is told.
_SEEN: tuple[tuple[str, str | None, str], ...] = (
    (
        r"(没|没有|冇)(了)?(反应|呼吸|心跳|知觉|意识)|昏(迷|过去|倒)|叫不(醒|应)|不动了|不喘气",
        "electric_shock",
        "utter_emergency_press_chest",
    ),
    (r"(车|车子|轿车).{0,6}(上|里|压|砸)|压.{0,4}车|在车里", None, "utter_emergency_in_the_car"),
    (r"围观|有人.{0,3}看|人在看|好多人|很多人|路过|小孩|孩子在", None, "utter_emergency_keep_others_away"),
    (r"(被)?困(在|住)|出不来|没出来|在里面", None, "utter_emergency_trapped"),
)


class EmergencyForm(TaskForm):
    form = "emergency_form"
    slots = ("emergency_sight", "emergency_place")

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        self._read_hazard(turn, draft, dispatcher)
        if asked is not None:
            self._say_what_to_do_now(turn, draft, dispatcher)
        if asked == "emergency_sight" and turn.text:
            draft["emergency_sight"] = turn.text[:120]
        await self._read_place(turn, draft, asked)
        if phone := reading.contact_phone(turn):
            draft["emergency_phone"] = phone

    def _read_hazard(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        hazard = hazard_of(turn.text)
        if draft["emergency_hazard"] is None or (draft["emergency_hazard"] == UNCLEAR and hazard != UNCLEAR):
            draft["emergency_hazard"] = hazard
            speaking.say(dispatcher, f"utter_emergency_{hazard}")
            speaking.signal(dispatcher, "emergency", hazard=hazard)
            draft["emergency_words"] = turn.text[:120]

    def _say_what_to_do_now(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        for pattern, hazard, response in _SEEN:
            if hazard in (None, draft["emergency_hazard"]) and re.search(pattern, turn.text):
                speaking.say(dispatcher, response)
                draft["emergency_words"] = f"{draft['emergency_words'] or ''}；{turn.text}"[:200]
                draft["attempt"] = 0  # they told something that matters
                return

    async def _read_place(self, turn: Turn, draft: Draft, asked: str | None) -> None:
        place = reading.place(turn) or await named_place(turn)
        if asked == "emergency_place":
            place = reading.place_words(turn.text) or place
            if place is None and turn.intent not in _NOT_A_PLACE and int(draft["attempt"] or 0) >= 2:
                place = turn.text.strip()[:60] or None
        if place is None and draft["emergency_hazard"] == "life_support":
            place = draft.known("outage_area") or draft.known("outage_looked_up")
        if place and "emergency_place" not in draft.changes:
            draft["emergency_place"] = place

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Where the danger is clear nobody is asked what they see."""
        if draft["emergency_hazard"] != UNCLEAR and draft["emergency_sight"] is None:
            draft["emergency_sight"] = SKIPPED

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        draft.to_person("紧急情况，地点没有说清", "emergency")
