"""Reading the turns of a fault report, an emergency, an outage query and a subscription."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.forms import SKIPPED, Draft, TaskForm
from actions.outage import words
from actions.outage.phone import CURRENT, read_contact_phone
from actions.turn import Turn
from clients.ticketing.protocol import Outage
from kernel import account_no as accounts
from kernel.errors import ServiceError

NEEDS_CHECKS = {"停电", "跳闸"}
CLEARLY_NAMED = 0.75  # clients.ticketing.protocol.Place.score: below this somebody would have to ask back
CHECKS = ("fault_neighbour", "fault_breaker")
NEEDS_SCOPE = {"闪烁", "电压低", "电压高"}


async def outages_at(place: str) -> list[Outage]:
    """What is known for this place now and for the next days; empty when the ticketing system cannot say."""
    try:
        return list(await services.ticketing().outages(q=place))
    except ServiceError:
        return []


async def hinted_place(turn: Turn) -> str | None:
    """Community of the caller's number; a hint only, never spoken as their address."""
    if not turn.known_phone:
        return None
    try:
        hint = await services.billing().area_hint(turn.known_phone)
    except ServiceError:
        return None
    return hint.community if hint else None


async def named_place(turn: Turn) -> str | None:
    """A place of ours in these words although no entity was found: the ticketing system knows all of them."""
    if len(turn.text) < 3:
        return None
    try:
        found = await services.ticketing().places(turn.text, limit=1)
    except ServiceError:
        return None
    return found[0].address if found and found[0].score >= CLEARLY_NAMED else None


class ReportFaultForm(TaskForm):
    form = "report_fault_form"
    slots = (
        "fault_neighbour",
        "fault_breaker",
        "fault_breaker_retry",
        "fault_address",
        "fault_symptom",
        "fault_scope",
        "fault_contact_phone",
        "fault_confirmed",
    )

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked == "fault_confirmed":
            self._read_confirmation(turn, draft)
            return
        self._read_checks(turn, draft, asked)
        await self._read_place(turn, draft, asked)
        self._read_symptom(turn, draft, asked)
        read_contact_phone(turn, draft, "fault_contact_phone", asked)
        self._say_corrections(turn, draft, asked, dispatcher)

    def _read_checks(self, turn: Turn, draft: Draft, asked: str | None) -> None:
        if asked == "fault_breaker_retry":
            if reading.is_yes(turn) or re.search(r"有电了|好了|来电了|推上去", turn.text):
                draft["fault_breaker_retry"] = "yes"
                draft.finish("solved")
            elif turn.text or turn.kind == "choice":
                draft["fault_breaker_retry"] = "no"
            return
        neighbour, breaker = reading.neighbour_out(turn.text), reading.breaker_tripped(turn.text)
        if asked not in CHECKS:
            neighbour = neighbour if re.search(r"邻居|别人家|隔壁|对门", turn.text) else None
            breaker = breaker if re.search(r"开关|空开|闸", turn.text) else None
        if neighbour:
            draft["fault_neighbour"] = neighbour
        if breaker:
            draft["fault_breaker"] = breaker
        if asked in CHECKS and reading.cannot_say(turn.text):
            draft["fault_neighbour"] = draft["fault_neighbour"] or "unknown"
            draft["fault_breaker"] = draft["fault_breaker"] or "unknown"
        elif asked in CHECKS and draft[str(asked)] is None:
            # Whoever cannot look, or answers something else, is not asked twice.
            draft[str(asked)] = _bare_answer(turn, str(asked))

    async def _read_place(self, turn: Turn, draft: Draft, asked: str | None) -> None:
        place = reading.place(turn)
        if place is None and draft.known("fault_address") and reading.corrects(turn):
            place = reading.building(turn.text)
        if place is None and asked in (None, "fault_address"):
            place = await named_place(turn)
        if place is None and asked == "fault_address":
            place = reading.place_words(turn.text)
            number = reading.digits(turn)
            if accounts.is_valid(number):
                draft["fault_account_no"] = number
                place = f"户号尾号{accounts.last4(number)}的用电地址"
            elif draft["attempt"] and int(draft["attempt"]) >= 2 and len(turn.text.strip()) >= 2:
                place = turn.text.strip()[:60]  # the landmark of the third question
        if place is not None:
            before = draft.known("fault_address")
            draft["fault_address"] = _joined(before, place, turn, asked)

    def _read_symptom(self, turn: Turn, draft: Draft, asked: str | None) -> None:
        symptom = reading.symptom(turn)
        replaces = asked in (None, "fault_symptom") or reading.corrects(turn)
        mentioned = asked not in (*CHECKS, "fault_breaker_retry", "fault_contact_phone") or turn.has("fault_symptom")
        if symptom and (replaces or (draft["fault_symptom"] is None and mentioned)):
            draft["fault_symptom"] = symptom
        elif asked == "fault_symptom" and int(draft["attempt"] or 0) >= 2 and reading.is_yes(turn):
            draft["fault_symptom"] = "停电"
        if scope := reading.scope(turn):
            draft["fault_scope"] = scope
        elif asked == "fault_scope":
            draft["fault_scope"] = SKIPPED

    def _say_corrections(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        """A value given before was put right while something else was asked."""
        for slot, what in (("fault_address", "地址"), ("fault_contact_phone", "电话")):
            changed = slot in draft.changes and slot != asked and draft.had(slot) and reading.corrects(turn)
            if changed and draft.known(slot):
                speaking.say(dispatcher, "utter_amended_going_on", what=what, **_shown(slot, draft[slot]))
                draft["attempt"] = int(draft["attempt"] or 0)  # not a failed try at what was asked

    def _read_confirmation(self, turn: Turn, draft: Draft) -> None:
        draft["fault_amended"] = None
        amended = self._amend(turn, draft)
        if amended:
            draft["fault_amended"] = amended
            draft["attempt"] = 0
        elif reading.is_yes(turn):
            draft["fault_confirmed"] = "yes"
        elif reading.is_no(turn) or reading.corrects(turn):
            draft["fault_amended"] = "what"

    def _amend(self, turn: Turn, draft: Draft) -> str | None:
        """Which slot these words put right in one step."""
        phone, tail = reading.contact_phone(turn), reading.tail4(turn)
        old = draft.known("fault_contact_phone")
        if phone:
            draft["fault_contact_phone"] = phone
            return "fault_contact_phone"
        if tail and old and len(old) == 11:
            draft["fault_contact_phone"] = old[:-4] + tail
            return "fault_contact_phone"
        place = reading.place(turn) or (reading.place_words(turn.text) if "地址" in turn.text else None)
        if place:
            draft["fault_address"] = _joined(draft.known("fault_address"), place, turn, None)
            return "fault_address"
        symptom = reading.symptom(turn) if reading.corrects(turn) or turn.has("fault_symptom") else None
        if symptom and symptom != draft["fault_symptom"]:
            draft["fault_symptom"] = symptom
            return "fault_symptom"
        return None

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if await self._is_known_outage(turn, draft):
            return
        symptom = draft["fault_symptom"]
        if draft["fault_neighbour"] == "no":
            draft["fault_scope"] = draft["fault_scope"] or "一户"
        elif draft["fault_neighbour"] == "yes":
            draft["fault_scope"] = draft["fault_scope"] or "整栋"
        if draft["by_keys"] or (symptom is not None and symptom not in NEEDS_CHECKS):
            draft.skip(*CHECKS)
        if draft["fault_scope"] in ("整栋", "整片"):
            draft.skip(*CHECKS)
        if draft["fault_breaker"] not in (None, "yes"):
            draft.skip("fault_breaker_retry")
        if symptom is not None and symptom not in NEEDS_SCOPE:
            draft.skip("fault_scope")
        if draft["by_keys"] and draft["fault_contact_phone"] is None:
            draft["fault_contact_phone"] = turn.known_phone

    async def _is_known_outage(self, turn: Turn, draft: Draft) -> bool:
        """A known outage is told before anything is asked (design: nobody answers questions we can answer)."""
        if draft["fault_despite_known"] or draft["fault_symptom"] not in (None, "停电", "部分停电"):
            return False
        place = draft.known("fault_address")
        looked_up = place or (None if draft["outage_looked_up"] else await hinted_place(turn))
        if not looked_up or looked_up == draft["outage_looked_up"]:
            return False
        draft["outage_looked_up"] = looked_up
        running = next((o for o in await outages_at(looked_up) if o.is_running), None)
        if running is None:
            return False
        draft["outage_known"] = words.facts_of(running)
        draft.finish("known")
        return True

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "fault_symptom":
            draft["fault_symptom"] = "停电"
        elif asked == "fault_contact_phone":
            draft["fault_contact_phone"] = turn.known_phone or CURRENT
        else:
            await super().give_up(turn, draft, asked, dispatcher)


def _bare_answer(turn: Turn, asked: str) -> str:
    """有 and 没有 alone, each to its own question."""
    if reading.is_yes(turn):
        return "no" if asked == "fault_neighbour" else "yes"
    if reading.is_no(turn):
        return "yes" if asked == "fault_neighbour" else "no"
    return "unknown"


def _joined(before: str | None, place: str, turn: Turn, asked: str | None) -> str:
    """A room said after the community belongs to it; a community said anew stands for itself."""
    if before and not turn.has("community", "address") and turn.has("room"):
        return re.sub(r"(\d+单元)?\d{2,4}室?$", "", before) + place
    if before and re.fullmatch(r"[\d一二三四五六七八九十]+(号楼|栋|幢).*", place):
        return re.sub(r"[\d一二三四五六七八九十]+(号楼|栋|幢).*$", "", before) + place
    return place


def _shown(slot: str, value: Any) -> dict[str, str]:
    if slot.endswith("phone") and value not in (CURRENT, SKIPPED):
        shown = speaking.phone_of(str(value))
        return {"value": shown["phone"], "value_spoken": "尾号" + shown["phone_spoken"]}
    return {"value": str(value)}


_HAZARD_WORDS: tuple[tuple[str, str], ...] = (
    (r"触电|被电|电倒|电到|电了|电着|麻手|漏电", "electric_shock"),
    (r"充电桩", "ev_charger"),
    (r"(电线|线|电缆).{0,6}(掉|断|落|垂|耷拉)|断线", "line_down"),
    (r"(电线杆|电杆|杆子).{0,6}(倒|歪|断|斜)", "pole_fallen"),
    (r"(表箱|电表|表).{0,6}(火花|打火|冒火|焦|冒烟)", "meter_spark"),
    (r"淹|进水|泡水|水里", "flood"),
    (r"呼吸机|制氧机|透析|氧气机|吸氧", "life_support"),
    (r"煤气|燃气", "gas"),
    (r"挖断|偷电缆|偷线", "theft_damage"),
    (r"树", "tree"),
    (r"火|烟|焦|炸|爆", "fire"),
)
_NOT_A_PLACE = {"affirm", "deny", "thanks", "greet", "goodbye", "chitchat_other", "repeat", "bot_challenge"}


def hazard_of(turn: Turn) -> str:
    """Which danger; `unclear` when the words name none."""
    return next((kind for pattern, kind in _HAZARD_WORDS if re.search(pattern, turn.text)), "unclear")


class EmergencyForm(TaskForm):
    form = "emergency_form"
    slots = ("emergency_place",)

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        hazard = hazard_of(turn)
        if draft["emergency_hazard"] is None or (draft["emergency_hazard"] == "unclear" and hazard != "unclear"):
            draft["emergency_hazard"] = hazard
            speaking.say(dispatcher, f"utter_emergency_{hazard}")
            speaking.signal(dispatcher, "emergency", hazard=hazard)
            draft["emergency_words"] = turn.text[:120]
        place = reading.place(turn)
        spoken = reading.place_words(turn.text)
        if asked == "emergency_place":
            place = spoken or place
            if place is None and turn.intent not in _NOT_A_PLACE and int(draft["attempt"] or 0) >= 2:
                place = turn.text.strip()[:60] or None
        if place and "emergency_place" not in draft.changes:
            draft["emergency_place"] = place
        if phone := reading.contact_phone(turn):
            draft["emergency_phone"] = phone

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        draft.to_person("紧急情况，地点没有说清", "emergency")


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

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked == "subscribe_wanted":
            await self._read_wish(turn, draft, dispatcher)
        else:
            read_contact_phone(turn, draft, "subscribe_phone", asked)

    async def _read_wish(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if place := reading.place(turn) or reading.building(turn.text):
            await self._tell_about(_joined(draft.known("outage_area"), place, turn, None), draft, dispatcher)
        elif reading.is_yes(turn):
            draft["subscribe_wanted"] = "yes"
        elif reading.is_no(turn):
            draft["subscribe_wanted"] = "no"
            draft.finish("declined")
        elif re.search(r"快点|多久|什么时候|几点|能不能快", turn.text):
            draft["attempt"] = 0
            speaking.say(dispatcher, "utter_outage_working")
        elif int(draft["attempt"] or 0) >= 1:
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

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        draft["subscribe_phone"] = turn.known_phone or SKIPPED
        if not turn.known_phone:
            draft.finish("declined")
