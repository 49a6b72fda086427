"""A correction after the order was filed: said honestly that it cannot be changed, and noted where the crew reads."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.filing import filing_key
from actions.turn import Turn, turn_of
from kernel.errors import ServiceError

Events = list[dict[str, Any]]


class ActionCorrectOrder(Action):
    """电话报错了，应该是…: noted on the order for the crew; what cannot be noted goes to a person."""

    def name(self) -> str:
        return "action_correct_order"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn, order = turn_of(tracker), tracker.get_slot("last_order") or {}
        note = correction_in(turn)
        if note is None:
            speaking.say(dispatcher, "utter_ask_correction", **speaking.order_no_of(str(order["order_no"])))
            return [SlotSet("pending", "correction")]
        if not order.get("phone_last4") or not await _noted(turn, order, note):
            reason = f"{order['order_no']} 要更正：{note}"
            speaking.say(dispatcher, "utter_correction_by_person", **speaking.order_no_of(str(order["order_no"])))
            return [SlotSet("wants_person", {"reason": reason, "skill": "business"}), SlotSet("pending", None)]
        speaking.say(dispatcher, "utter_correction_noted", **speaking.order_no_of(str(order["order_no"])))
        done = [*(tracker.get_slot("done") or []), f"{order['order_no']} 更正：{note}"][-8:]
        return [SlotSet("done", done), SlotSet("pending", None)]


def correction_in(turn: Turn) -> str | None:
    """What is to be written on the order, None when the new value was not said yet."""
    if phone := reading.contact_phone(turn):
        return f"联系电话改为{phone}"
    if re.search(r"电话|手机|号码|尾号|后四位", turn.text) and (tail := reading.tail4(turn)):
        return f"联系电话后四位改为{tail}"
    place = reading.place(turn) or reading.building(turn.text) or reading.place_words(turn.text)
    return f"地址改为{place}" if place else None


async def _noted(turn: Turn, order: dict[str, Any], note: str) -> bool:
    """Orders take no notes by themselves; a push with a note is what their crews read."""
    try:
        await services.ticketing().urge(
            str(order["order_no"]),
            key=filing_key(turn, f"correct:{turn.turn_key}"),
            phone_last4=order.get("phone_last4"),
            reason="other",
            note=f"更正：{note}",
        )
    except ServiceError:
        return False
    return True
