"""Taking a business request down: told what it takes, asked slot by slot, read back, put right in one step."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, speaking
from actions.account.identity import proved_account
from actions.account.numbers import heard_account
from actions.forms import SKIPPED, Draft, TaskForm
from actions.orders import services as catalogue
from actions.orders import visits
from actions.orders.asks import ASKS, PICTURE, is_quiet
from actions.orders.fields import lacking_in
from actions.orders.kinds import ALL_SLOTS, KINDS, Matter, kind_of, matter_of
from actions.orders.readback import amended_words
from actions.outage.phone import CURRENT, read_contact_phone
from actions.turn import Turn
from kernel import account_no as accounts

Events = list[dict[str, Any]]
_BARE_WORDS = re.compile(
    r"我|想|要|需要|来|请|麻烦|帮我?|让人|给我|安排|登记|专人|你们|一下|一个|一位|师傅|个|吧|了|，|。|投诉|举报|提|建议|意见|表扬|"
    r"回|打|电话?|有人|偷电|窃电|不想留名|匿名|预约|约"
)
_ASKS = re.compile(r"怎么|咋|如何|吗[？?]?$|什么|哪些|多久|多少|流程|？|\?")
_WIRE = re.compile(r"电线|电缆|电杆|线杆|拉线|裸线|线头|线.{0,3}(垂|低|露)")
_KEEPS_PHONE = re.compile(r"(不|别)(想|愿意?|方便|用|要)?.{0,2}(留|给|说|打|电话)|没有?(电话|手机)|保密")
ENOUGH_WORDS = 4
LIKE_AN_ACCOUNT = 7
MERELY_TOLD = ("request_what", "request_when", "request_wish", "request_grounds", "request_phone", "request_anonymous")
"""While these are asked, whoever goes on telling adds to the story."""


class RequestForm(TaskForm):
    form = "request_form"
    slots = ALL_SLOTS

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        self._take_pictures(turn, draft, asked, dispatcher)
        is_picture_alone = bool(turn.text) and not PICTURE.sub("", turn.text).strip(" ，。")
        if is_picture_alone and asked not in (None, "request_materials"):
            return
        if asked is None:
            self._read_opening(turn, draft, dispatcher)
        elif asked == "request_confirmed":
            self._read_confirmation(turn, draft)
        elif asked in ("request_matter", "request_wanted"):
            self._read_wish(turn, draft, asked, dispatcher)
        else:
            await self._read_answer(turn, draft, asked, dispatcher)
        self._refuse_impossible(draft, dispatcher)

    # Opening

    def _read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        kind = KINDS[str(draft["task"])]
        draft["request_first_words"] = turn.text[:300]
        draft["request_matter"] = kind.named(turn.text) or kind.default or None
        if "" in kind.matters:
            draft["request_matter"] = SKIPPED
        matter = matter_of(draft.all_slots())
        if matter and matter.service:
            self._tell_service(draft, matter, turn, dispatcher)
        else:
            draft.skip("request_wanted")
        if matter is None or matter.service is None:
            self._read_narrative(turn, draft, dispatcher)
            self._read_place_in_story(turn, draft)
        self._read_others(turn, draft, None, dispatcher)

    @staticmethod
    def _tell_service(draft: Draft, matter: Matter, turn: Turn, dispatcher: CollectingDispatcher) -> None:
        """Materials, time and cost, once; whoever only asked is then asked whether to register."""
        row = catalogue.service(str(matter.service))
        if row is not None:
            speaking.say(dispatcher, "utter_service_told", told=row.told, told_spoken=row.speech)
        if not _ASKS.search(turn.text):
            draft.skip("request_wanted")

    def _read_narrative(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        words = turn.text.strip()
        if len(words) < ENOUGH_WORDS or not _BARE_WORDS.sub("", words):
            return
        draft["request_what"] = words[:500]
        if draft["task"] == "complaint":
            is_claim = re.search(r"赔|烧(坏|了|掉|毁)|损失", words)
            speaking.say(dispatcher, "utter_complaint_claim" if is_claim else "utter_complaint_heard")

    # Answers

    def _read_wish(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        """Which matter, and whether to take it down at all; another matter may be named while either is asked."""
        kind, before = kind_of(draft.all_slots()), draft.known("request_matter")
        named = kind.named(turn.text)
        if turn.kind == "choice" and turn.value in kind.matters:
            named = turn.value
        if named and named != before:
            draft["request_matter"] = named
            for slot in kind.matters[named].slots:
                draft[slot] = None if draft[slot] == SKIPPED else draft[slot]
            if kind.matters[named].service:
                self._tell_service(draft, kind.matters[named], turn, dispatcher)
            elif draft["request_what"] and before is None:
                draft["request_what"] = f"{draft['request_what']}；{turn.text.strip()}"[:500]
            draft.skip("request_wanted")
            if asked == "request_wanted":
                draft["request_wanted"] = "yes"
        elif asked == "request_wanted" and reading.is_no(turn):
            draft.finish("declined")
        elif asked == "request_wanted" and (reading.is_yes(turn) or turn.intent == draft["task"]):
            draft["request_wanted"] = "yes"
            if (matter := matter_of(draft.all_slots())) and "request_what" in matter.asks and not matter.service:
                draft["request_what"] = draft["request_what"] or draft["request_first_words"]
        self._read_others(turn, draft, asked, dispatcher)

    async def _read_answer(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "request_what":
            self._read_what(turn, draft, dispatcher)
            self._read_place_in_story(turn, draft)
        elif asked == "request_phone":
            read_contact_phone(turn, draft, "request_phone", asked)
            if draft[asked] is None and _KEEPS_PHONE.search(turn.text):
                await self.without(turn, draft, asked, dispatcher)
        elif asked == "request_anonymous" and reading.tail4(turn):
            read_contact_phone(turn, draft, "request_phone", "request_phone")
            draft[asked] = "no"
        elif asked in ASKS and (value := ASKS[asked].read(turn, draft, True)) is not None:
            draft[asked] = value
        if asked == "request_place" and draft["request_name"] is None:
            self._read_name_before_place(turn, draft)
        self._read_others(turn, draft, asked, dispatcher)
        self._say_what_was_understood(turn, draft, asked, dispatcher)
        if asked in MERELY_TOLD:
            self._add_to_story(turn, draft, asked)

    @staticmethod
    def _read_name_before_place(turn: Turn, draft: Draft) -> None:
        """陈晓，锦绣家园8栋602: both were asked in one question."""
        matter, parts = matter_of(draft.all_slots()), re.split(r"[，,、\s]", turn.text.strip())
        if matter and "request_name" in matter.asks and len(parts) > 1:
            draft["request_name"] = ASKS["request_name"].read(replace(turn, text=parts[0]), draft, True)

    @staticmethod
    def _read_place_in_story(turn: Turn, draft: Draft) -> None:
        matter = matter_of(draft.all_slots())
        if matter and "request_place" in matter.asks and draft["request_place"] is None:
            told = reading.place_words(turn.text) if turn.asked == "request_what" else None
            named = reading.place(turn)
            is_vague = draft["task"] == "whistleblow" and named is not None and not re.search(r"\d|[栋楼号]", named)
            draft["request_place"] = told if is_vague else named or told

    @staticmethod
    def _read_what(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if len(re.sub(r"\W", "", turn.text)) < 2 or reading.is_yes(turn):
            return
        draft["request_what"] = f"{draft['request_what'] or ''}；{turn.text.strip()}".lstrip("；")[:500]
        if draft["task"] == "complaint" and re.search(r"赔|烧(坏|了|掉|毁)", turn.text):
            speaking.say(dispatcher, "utter_complaint_claim")

    def _read_others(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        """Any other slot these words fill for certain; one that has a value only when they say it was wrong."""
        matter = matter_of(draft.all_slots())
        if matter is None:
            return
        for slot in matter.slots:
            if slot == asked or slot not in (*ASKS, "request_phone"):
                continue
            value = self._certain(slot, turn, draft)
            if value is None or value == draft[slot] or slot in draft.changes:
                continue
            had = draft.had(slot)
            grows = had and str(value).startswith(str(draft[slot]))  # 建设街, then 建设街6号
            if had and not grows and not reading.corrects(turn):
                continue
            draft[slot] = value
            if had and not grows:
                self._say_amended(slot, value, dispatcher)
                draft["attempt"] = int(draft["attempt"] or 0)  # not a failed try at what was asked

    @staticmethod
    def _certain(slot: str, turn: Turn, draft: Draft) -> Any:
        if slot != "request_phone":
            return ASKS[slot].read(turn, draft, False)
        account, phone = heard_account(turn, asked=False), reading.contact_phone(turn)
        return None if phone and account and account in phone else phone

    @staticmethod
    def _say_amended(slot: str, value: Any, dispatcher: CollectingDispatcher) -> None:
        speaking.say(dispatcher, "utter_amended_going_on", **amended_words(slot, value))

    @staticmethod
    def _say_what_was_understood(turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        """What had to be worked out is said, so that it can be put right."""
        value = draft.changes.get(asked)
        if asked == "request_kw" and value and str(value) not in turn.text and "千瓦" not in turn.text:
            named = any(row.name in turn.text for row in catalogue.loads()) or "估" in turn.text or "不" in turn.text
            if named:
                speaking.say(dispatcher, "utter_kw_estimated", kw=str(value))
        elif asked == "request_danger" and value == "yes":
            speaking.say(dispatcher, "utter_whistle_danger")
        elif asked == "request_account_no" and value is None and draft.changes.get("request_account_no") is None:
            said = heard_account(turn, asked=True)
            if said and len(said) >= LIKE_AN_ACCOUNT and not accounts.is_valid(said):
                speaking.say(dispatcher, f"utter_account_problem_{accounts.problem(said)}", count=len(said))

    @staticmethod
    def _add_to_story(turn: Turn, draft: Draft, asked: str) -> None:
        """Somebody who goes on telling is not asked again as if they had failed."""
        told = turn.text.strip()
        is_story = len(told) > ENOUGH_WORDS and len(reading.digits(turn)) < ENOUGH_WORDS and not reading.is_yes(turn)
        if draft[asked] is None and is_story and not PICTURE.search(told):
            draft["request_what"] = f"{draft['request_what'] or ''}；{told}".lstrip("；")[:500]
            draft["attempt"] = int(draft["attempt"] or 0)

    @staticmethod
    def _take_pictures(turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked is None or not PICTURE.search(turn.text):
            return
        draft["request_pictures"] = True
        speaking.say(dispatcher, "utter_picture_received")
        draft["attempt"] = int(draft["attempt"] or 0)

    @staticmethod
    def _refuse_impossible(draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """A day that is over, an hour when nobody is called: said, and asked anew."""
        visit = draft.changes.get("request_visit")
        if isinstance(visit, dict) and (problem := visits.problem(visit) or _is_shut(draft, visit)):
            draft["request_visit"] = draft.before("request_visit")
            draft["request_amended"] = None
            hall = draft.known("request_hall") or ""
            speaking.say(dispatcher, f"utter_visit_{problem}", day=visits.shown(visit), hall=hall)
        at = draft.changes.get("request_call_time")
        if at and is_quiet(str(at)):
            draft["request_call_time"] = draft.before("request_call_time")
            draft["request_amended"] = None
            speaking.say(dispatcher, "utter_call_time_quiet")

    # Read-back

    def _read_confirmation(self, turn: Turn, draft: Draft) -> None:
        draft["request_amended"] = None
        amended = self._amend(turn, draft)
        if amended:
            draft["request_amended"], draft["attempt"] = amended, 0
        elif reading.is_yes(turn):
            draft["request_confirmed"] = "yes"
        elif reading.is_no(turn) or (reading.corrects(turn) and len(turn.text.strip()) < 2 * ENOUGH_WORDS):
            draft["request_amended"] = "what"
        elif len(turn.text.strip()) >= ENOUGH_WORDS and not PICTURE.search(turn.text):
            draft["request_what"] = f"{draft.known('request_what') or ''}；{turn.text.strip()}".lstrip("；")[:500]
            draft["request_amended"], draft["attempt"] = "what_added", 0

    def _amend(self, turn: Turn, draft: Draft) -> str | None:
        """Which slot these words put right in one step."""
        phone, tail, old = reading.contact_phone(turn), reading.tail4(turn), draft.known("request_phone")
        if phone or (tail and old and len(old) == 11):
            draft["request_phone"] = phone or f"{(old or '')[:-4]}{tail}"
            return "request_phone"
        matter = matter_of(draft.all_slots())
        for slot in matter.asks if matter else ():
            if slot not in ASKS or draft.known(slot) is None:
                continue
            value = ASKS[slot].read(turn, draft, _names(slot, turn.text))
            if value is not None and value not in (draft[slot], SKIPPED):
                draft[slot] = value
                return slot
        return None

    async def without(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        """不方便说, 没有: the request is taken without it where it can be."""
        otherwise = ASKS[asked].otherwise if asked in ASKS else None
        if asked == "request_phone" and draft["task"] != "callback_request":
            draft[asked] = turn.known_phone or CURRENT
        elif otherwise is not None:
            draft[asked] = otherwise

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        matter = matter_of(draft.all_slots())
        if matter is None:
            draft.skip("request_wanted")
            return
        draft.skip(*(slot for slot in ALL_SLOTS if slot not in (*matter.slots, "request_wanted")))
        self._settle_known(turn, draft, matter)

    @staticmethod
    def _settle_known(turn: Turn, draft: Draft, matter: Matter) -> None:
        if "request_account_no" in matter.asks and draft["request_account_no"] is None:
            draft["request_account_no"] = proved_account(draft.all_slots())
        if "request_visit" in matter.asks and draft["visit_offers"] is None:
            offers = visits.offered()
            draft["visit_offers"] = offers
            draft["visit_options"] = "、".join(visits.shown(offer) for offer in offers)
        if "request_danger" in matter.asks and draft["request_what"] and not _WIRE.search(str(draft["request_what"])):
            draft.skip("request_danger")
        if draft["request_anonymous"] == "yes":
            draft.skip("request_phone")
        if matter.order_type == "fault_report" and draft.known("request_account_no"):
            draft.skip("request_place")
        row = catalogue.service(matter.service) if matter.service else None
        if row is not None and not row.materials:
            draft.skip("request_materials")
        if draft["request_pictures"] and "request_materials" in matter.asks and draft["request_materials"] is None:
            draft["request_materials"] = "sent"
        if row is not None and (lacking := lacking_in(row.materials, turn.text)):
            draft["request_lacking"] = "还差" + "、".join(lacking)

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        otherwise = ASKS[asked].otherwise if asked in ASKS else None
        if asked == "request_phone":
            draft["request_phone"] = turn.known_phone or CURRENT
        elif otherwise is not None:
            draft[asked] = otherwise
        else:
            await super().give_up(turn, draft, asked, dispatcher)


def _is_shut(draft: Draft, visit: dict[str, Any]) -> str | None:
    """`shut` when the hall is not open then."""
    name = draft.known("request_hall")
    row = catalogue.in_force(catalogue.halls(), name) if name else None
    if row is None:
        return None
    hours = row.hours(date.fromisoformat(str(visit["day"])))
    at = visit.get("at")
    return "shut" if hours is None or (at and not hours[0] <= time.fromisoformat(at) < hours[1]) else None


_LABEL_WORDS: dict[str, str] = {
    "request_place": r"地址|地点|地方|车位|位置",
    "request_name": r"名|户主|单位|姓",
    "request_kw": r"千瓦|容量|功率|负荷",
    "request_visit": r"时间|上门|上午|下午|[号日]|周|星期|明天|后天",
    "request_account_no": r"户号",
    "request_wish": r"诉求|要求|赔|道歉|整改|说法",
    "request_when": r"时间|那天|昨|前天|[号日]",
    "request_call_time": r"时间|回电|上午|下午|点|晚上|明天",
    "request_signature": r"署名|名|写",
    "request_anonymous": r"匿名|留名|署名|实名",
    "request_hall": r"厅",
    "request_materials": r"材料|证|同意书|合同",
}


def _names(slot: str, text: str) -> bool:
    return bool(re.search(_LABEL_WORDS.get(slot, r"(?!)"), text))
