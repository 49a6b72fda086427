"""Reading a request back, and saying what was put right."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, speaking
from actions.forms import SKIPPED
from actions.orders import services as catalogue
from actions.orders.asks import ASKS, phone_shown
from actions.orders.kinds import ALL_SLOTS, matter_of
from actions.outage.phone import CURRENT

Events = list[dict[str, Any]]


def amended_words(slot: str, value: Any) -> dict[str, str]:
    """How a slot and its new value are said after a correction (`utter_amended`, `utter_amended_going_on`)."""
    ask = ASKS.get(slot)
    name, shown = (ask.label, ask.shown(value)) if ask else ("电话", phone_shown(value))
    return {"changes": f"{name}现在是{' ' if shown[:1].isascii() else ''}{shown}"}


class ActionAskRequestConfirmed(Action):
    """Read the request back; after an amendment only what changed. A whistle-blower's name and phone are never read."""

    def name(self) -> str:
        return "action_ask_request_form_request_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        slots = tracker.slots
        amended = str(slots.get("request_amended") or "")
        if amended == "what":
            speaking.say(dispatcher, "utter_ask_what_to_amend")
        elif amended in ASKS or amended == "request_phone":
            speaking.say(dispatcher, "utter_amended", **amended_words(amended, slots.get(amended)))
        else:
            self._read_back(dispatcher, slots)
        return []

    @staticmethod
    def _read_back(dispatcher: CollectingDispatcher, slots: dict[str, Any]) -> None:
        phone = slots.get("request_phone")
        has_phone = bool(phone) and phone not in (CURRENT, SKIPPED) and slots.get("task") != "whistleblow"
        values: dict[str, Any] = {"label": label_of(slots), "what": facts_of(slots)}
        if has_phone:
            values |= speaking.phone_of(str(phone))
        response = "utter_ask_request_confirmed" if has_phone else "utter_ask_request_confirmed_no_phone"
        speaking.say(dispatcher, response, **values)


def label_of(slots: dict[str, Any]) -> str:
    matter = matter_of(slots)
    row = catalogue.service(matter.service) if matter and matter.service else None
    return row.label if row else learnt.label(slots.get("task"))


MOST_TOLD = 60


def facts_of(slots: dict[str, Any]) -> str:
    """Everything that was taken down, in the order it is asked: what an amendment can put right."""
    matter = matter_of(slots)
    told = (
        str(slots.get("request_what") or "").rstrip("。！!？?，,；;. ")
        if matter and "request_what" in matter.asks
        else ""
    )
    parts = [told[:MOST_TOLD] + ("……" if len(told) > MOST_TOLD else "")] if told and told != SKIPPED else []
    for slot in ALL_SLOTS:
        value = slots.get(slot)
        if matter and slot in matter.asks and slot in ASKS and value not in (None, SKIPPED):
            words = ASKS[slot].shown(value)
            if words and words not in told:
                parts.append(words if slot in _SAID_BARE else f"{ASKS[slot].label}{words}")
    if lacking := slots.get("request_lacking"):
        parts.append(str(lacking))
    return "，".join(parts) or label_of(slots)


_SAID_BARE = frozenset(
    f"request_{name}"
    for name in "when materials visit kw place feed_in hall self_check danger anonymous grounds business".split()  # noqa: SIM905
)


def everything() -> list[Action]:
    return [ActionAskRequestConfirmed()]
