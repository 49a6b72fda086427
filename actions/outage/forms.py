"""Reading the turns of a fault report: what was seen, where, what is wrong, who is called; then read back once."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, speaking
from actions.forms import SKIPPED, Draft, TaskForm
from actions.outage import words
from actions.outage.phone import CURRENT, amend_phone, read_contact_phone
from actions.outage.places import hinted_place, joined, named_place, outages_at
from actions.turn import Turn
from kernel import account_no as accounts

CHECKS = ("fault_neighbour", "fault_breaker")
NEEDS_NEIGHBOUR = {"停电", "跳闸"}
NEEDS_BREAKER = {"停电", "跳闸", "部分停电"}
NEEDS_SCOPE = {"闪烁", "电压低", "电压高"}
_APPLIANCE = re.compile(
    r"(?:一|只要|每次)?(?:插|开|用|烧|启动)(?:上|了|着)?(.{0,6}?)(?:就|又|还|总是|老|马上)(?:是|会)?(?:要)?跳"
)


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
    tells = ("fault_address", "fault_symptom", "fault_scope", "fault_contact_phone")

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if draft["fault_solved"] and (appliance := _appliance_that_trips(turn.text)):
            draft["fault_appliance"] = appliance
            draft.finish("appliance")
            return
        if asked == "fault_confirmed":
            await self._read_confirmation(turn, draft, dispatcher)
            return
        self._read_checks(turn, draft, asked, dispatcher)
        await self._read_place(turn, draft, asked)
        self._read_symptom(turn, draft, asked)
        if not amend_phone(turn, draft, "fault_contact_phone", dispatcher):
            read_contact_phone(turn, draft, "fault_contact_phone", asked)

    def _read_checks(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if reading.cannot_check(turn.text):
            self._spare(draft, asked, dispatcher)
        if asked == "fault_breaker_retry":
            self._read_retry(turn, draft)
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

    def _read_retry(self, turn: Turn, draft: Draft) -> None:
        if draft["fault_breaker_retry"] is not None:
            return
        if reading.is_yes(turn) or re.search(r"有电了|好了|来电了|推上去", turn.text):
            draft["fault_breaker_retry"] = "yes"
            draft.finish("solved")
        elif turn.text or turn.kind == "choice":
            draft["fault_breaker_retry"] = "no"

    def _spare(self, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        """Nobody who cannot is sent to look, nor told twice."""
        if asked in (*CHECKS, "fault_breaker_retry"):
            speaking.say(dispatcher, "utter_need_not_look")
        for slot in CHECKS:
            draft[slot] = draft[slot] or "unknown"
        draft.skip("fault_breaker_retry")

    async def _read_place(self, turn: Turn, draft: Draft, asked: str | None) -> None:
        place = reading.place(turn)
        if place is None and draft.known("fault_address") and (reading.corrects(turn) or asked == "fault_confirmed"):
            place = reading.building(turn.text)
        if place is None and asked in (None, "fault_address"):
            place = await named_place(turn)
        if place is None and asked == "fault_address":
            place = self._place_of_words(turn, draft)
        if place is not None:
            draft["fault_address"] = joined(draft.known("fault_address"), place, turn)

    def _place_of_words(self, turn: Turn, draft: Draft) -> str | None:
        number = reading.digits(turn)
        if accounts.is_valid(number):
            draft["fault_account_no"] = number
            return f"户号尾号{accounts.last4(number)}的用电地址"
        if place := reading.place_words(turn.text):
            return place
        is_landmark = (
            int(draft["attempt"] or 0) >= 2 and len(turn.text.strip()) >= 2 and not reading.has_none(turn.text)
        )
        return turn.text.strip()[:60] if is_landmark else None

    def _read_symptom(self, turn: Turn, draft: Draft, asked: str | None) -> None:
        symptom = reading.symptom(turn)
        replaces = asked in (None, "fault_symptom") or reading.corrects(turn)
        mentioned = asked not in (*CHECKS, "fault_breaker_retry", "fault_contact_phone") or turn.has("fault_symptom")
        is_narrower = symptom == "部分停电" and draft["fault_symptom"] == "停电"
        if symptom and (replaces or is_narrower or (draft["fault_symptom"] is None and mentioned)):
            draft["fault_symptom"] = symptom
        elif asked == "fault_symptom" and int(draft["attempt"] or 0) >= 2 and reading.is_yes(turn):
            draft["fault_symptom"] = "停电"
        if scope := reading.scope(turn):
            draft["fault_scope"] = scope
        elif asked == "fault_scope":
            draft["fault_scope"] = SKIPPED

    async def _read_confirmation(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        draft["fault_amended"] = None
        is_about_phone = amend_phone(turn, draft, "fault_contact_phone", dispatcher)
        if not is_about_phone or turn.has("community", "address", "room") or reading.building(turn.text):
            await self._read_place(turn, draft, "fault_confirmed")
            self._read_symptom(turn, draft, "fault_confirmed")
        amended = draft.replaced(self.tells)
        if amended or is_about_phone:
            draft["fault_amended"], draft["attempt"] = amended or None, 0
        elif reading.is_yes(turn):
            draft["fault_confirmed"] = "yes"
        elif reading.is_no(turn) or reading.corrects(turn):
            draft["fault_amended"], draft["attempt"] = "what", 0

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if await self._is_known_outage(turn, draft):
            return
        symptom = draft["fault_symptom"]
        if draft["fault_neighbour"] == "no":
            draft["fault_scope"] = draft["fault_scope"] or "一户"
        elif draft["fault_neighbour"] == "yes":
            draft["fault_scope"] = draft["fault_scope"] or "整栋"
        self._skip_what_need_not_be_asked(draft, symptom)
        if draft["by_keys"] and draft["fault_contact_phone"] is None:
            draft["fault_contact_phone"] = turn.known_phone

    def _skip_what_need_not_be_asked(self, draft: Draft, symptom: str | None) -> None:
        if draft["by_keys"] or draft["elder"] or draft["fault_scope"] in ("整栋", "整片"):
            draft.skip(*CHECKS)
        if symptom is not None and symptom not in NEEDS_NEIGHBOUR:
            draft.skip("fault_neighbour")
        if symptom is not None and symptom not in NEEDS_BREAKER:
            draft.skip("fault_breaker")
        if draft["fault_breaker"] not in (None, "yes"):
            draft.skip("fault_breaker_retry")
        if symptom is not None and symptom not in NEEDS_SCOPE:
            draft.skip("fault_scope")

    async def _is_known_outage(self, turn: Turn, draft: Draft) -> bool:
        """Told before any question, once for a place; whoever reports all the same is heard."""
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

    async def without(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "fault_address":
            draft["attempt"] = 2  # the landmark is asked for; whoever has no address has a shop nearby
        elif asked in ("fault_symptom", "fault_contact_phone"):
            speaking.say(dispatcher, "utter_goes_without")
            await self.give_up(turn, draft, asked, dispatcher)

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "fault_symptom":
            draft["fault_symptom"] = "停电"
        elif asked == "fault_contact_phone":
            draft["fault_contact_phone"] = turn.known_phone or CURRENT
        else:
            await super().give_up(turn, draft, asked, dispatcher)


def _appliance_that_trips(text: str) -> str | None:
    """一插热水器又跳了: the appliance leaks, the house has power."""
    found = _APPLIANCE.search(text)
    return (found[1].strip("上了着，, ") or "那个电器") if found else None


def _bare_answer(turn: Turn, asked: str) -> str:
    """有 and 没有 alone, each to its own question."""
    if reading.is_yes(turn):
        return "no" if asked == "fault_neighbour" else "yes"
    if reading.is_no(turn):
        return "yes" if asked == "fault_neighbour" else "no"
    return "unknown"
