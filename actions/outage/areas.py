"""Reading the turns of an outage query and of a subscription to the end of an outage."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, speaking
from actions.forms import SKIPPED, Draft, TaskForm
from actions.outage import words
from actions.outage.phone import amend_phone, read_contact_phone
from actions.outage.places import hinted_place, joined, named_place, outages_at
from actions.turn import Turn

_ASKS_WHEN = re.compile(r"快点|多久|什么时候|几点|能不能快|就有电|就来电|能来吗")
ASKS_FROM = 4  # signs: 几点


class OutageForm(TaskForm):
    form = "outage_form"
    slots = ("outage_area",)

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        place = reading.place(turn) or await named_place(turn)
        if place is None and asked == "outage_area":
            place = reading.place_words(turn.text)
            if place is None and int(draft["attempt"] or 0) >= 1 and len(turn.text.strip()) >= 2:
                place = turn.text.strip()[:40]
        if place:
            draft["outage_area"] = place

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["outage_area"] is None and turn.asked is None:
            hint = await hinted_place(turn)
            if hint:
                draft["outage_area"] = hint


class SubscribeForm(TaskForm):
    form = "subscribe_form"
    slots = ("subscribe_wanted", "subscribe_phone")
    tells = ("subscribe_phone",)

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked == "subscribe_wanted":
            await self._read_wish(turn, draft, dispatcher)
        elif not amend_phone(turn, draft, "subscribe_phone", dispatcher):
            read_contact_phone(turn, draft, "subscribe_phone", asked)

    async def _read_wish(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if place := reading.place(turn) or reading.building(turn.text):
            await self._tell_about(joined(draft.known("outage_area"), place, turn), draft, dispatcher)
        elif len(turn.text) >= ASKS_FROM and _ASKS_WHEN.search(turn.text):
            draft["attempt"] = 0
            speaking.say(dispatcher, "utter_outage_working")
        elif reading.is_yes(turn):
            draft["subscribe_wanted"] = "yes"
        elif reading.is_no(turn) or int(draft["attempt"] or 0) >= 1:
            draft["subscribe_wanted"] = "no"
            draft.finish("declined")
        read_contact_phone(turn, draft, "subscribe_phone", None)

    async def _tell_about(self, place: str, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """They named the building: is it in the range?"""
        draft["outage_area"], draft["attempt"] = place, 0
        found = await outages_at(place)
        if not found:
            speaking.say(dispatcher, "utter_outage_not_in_range", place=place)
            draft.finish("declined")
            return
        speaking.say(dispatcher, words.response_of(found[0]), **words.variables_of(found[0]))

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["subscribe_wanted"] == "no":
            draft.skip("subscribe_phone")

    async def without(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "subscribe_phone":
            await self.give_up(turn, draft, asked, dispatcher)

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        draft["subscribe_phone"] = turn.known_phone or SKIPPED
        if not turn.known_phone:
            draft.finish("declined")
