"""Changing and cancelling what was booked: the order is withdrawn, and for another day a new one is booked."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import services, speaking
from actions.account.identity import ticket_proof
from actions.done import finished
from actions.filing import filing_key
from actions.forms import SKIPPED
from actions.orders import services as catalogue
from actions.orders.actions import OrderAction
from actions.turn import Turn
from clients.ticketing.protocol import Order
from kernel.errors import Conflict

Events = list[dict[str, Any]]
_MOVES = re.compile(r"改|推迟|提前|换|挪|另约")
_MATTER_OF = {"counter": "hall", "meter_test": "meter_test", "survey": "survey", "inspection": "inspection"}


class ActionChangeAppointment(OrderAction):
    """取消预约, 改到周五: possible until somebody is on the way."""

    def name(self) -> str:
        return "action_change_appointment"

    async def do(self, dispatcher: CollectingDispatcher, turn: Turn, order_no: str) -> Events:
        moves = bool(_MOVES.search(str(turn.slots.get("urge_words") or "")))
        order = await self.order_of(turn, order_no)
        try:
            await services.ticketing().act(
                order_no,
                "withdraw",
                key=filing_key(turn, "withdraw"),
                role="customer",
                actor="customer",
                reason="客户改约" if moves else "客户取消",
                phone_last4=turn.slots.get("progress_phone_last4"),
                identity=ticket_proof(turn.slots, turn.conversation_id),
            )
        except Conflict:
            speaking.say(
                dispatcher, "utter_appointment_fixed", status=order.status_label, **speaking.order_no_of(order_no)
            )
            person = {"reason": f"改预约 {order_no}", "skill": "business"}
            return [*finished(turn), SlotSet("wants_person", person)]
        values = speaking.order_no_of(order_no)
        speaking.say(dispatcher, "utter_appointment_moved" if moves else "utter_appointment_cancelled", **values)
        if not moves:
            return [*finished(turn, done=f"已取消预约 {order_no}"), SlotSet("last_order", None)]
        return [*finished(turn, done=f"预约 {order_no} 改期", next_task="appointment"), *_as_before(order)]


def _as_before(order: Order) -> Events:
    """What stays the same when only the day is another."""
    service = str(order.details.get("service") or "at_home")
    kept = {"request_matter": _MATTER_OF.get(service, "at_home"), "request_wanted": SKIPPED}
    hall = next((row.name for row in catalogue.halls() if row.name in order.summary), None)
    if hall:
        found = re.search(r"办(.+?)业务", order.summary)
        kept |= {"request_hall": hall, "request_business": found[1] if found else "原来的业务"}
    return [SlotSet(name, value) for name, value in kept.items()]


def everything() -> list[Action]:
    return [ActionChangeAppointment()]
