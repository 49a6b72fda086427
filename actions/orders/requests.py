"""Taking a business request down and filing it."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, reading, services, speaking
from actions.account.forms import heard_account
from actions.account.identity import proved_account
from actions.done import finished
from actions.filing import CHANNELS, Filed, Filing, file_once, filing_key
from actions.forms import SKIPPED, Draft, TaskForm
from actions.knowledge.answers import best_answer
from actions.orders.kinds import ALL_SLOTS, KINDS
from actions.outage.actions import order_card
from actions.outage.phone import CURRENT, read_contact_phone
from actions.turn import Turn, turn_of
from clients.ticketing.protocol import Order
from kernel import account_no as accounts
from kernel import phone as phones
from kernel.errors import ServiceError
from kernel.speech import speak_letters_and_digits

Events = list[dict[str, Any]]
_BARE = re.compile(
    r"^(我?(想|要|需要)?(投诉|举报|提个?建议|建议|表扬(一下|一位师傅|一个师傅|师傅)?|给我回个?电话|回电|回个电话)(一下|你们)?(有人偷电|偷电)?[，,。]?(不想留名)?)$"
)
ENOUGH_WORDS = 4


class RequestForm(TaskForm):
    form = "request_form"
    slots = ALL_SLOTS

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if business := turn.entity("business_type"):
            draft["request_business"] = business
        if asked is None:
            await self._read_opening(turn, draft, dispatcher)
        elif asked == "request_confirmed":
            self._read_confirmation(turn, draft)
        else:
            self._read_answer(turn, draft, asked, dispatcher)

    async def _read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        kind = KINDS[str(draft["task"])]
        account = heard_account(turn, asked=False)
        wants_sum = draft["task"] == "pay_bill" and account is not None and accounts.is_valid(account)
        if wants_sum and await self._told_due(str(account), turn, dispatcher):
            draft.finish("answered")
            return
        if kind.is_answered_first and await self._was_answered(turn, dispatcher):
            draft["request_first_words"] = turn.text[:300]
        else:
            draft.skip("request_wanted")
            self._read_narrative(turn, draft)
            if draft["task"] == "complaint" and draft["request_what"]:
                speaking.say(dispatcher, "utter_complaint_heard")
        self._read_details(turn, draft, asked=None)

    @staticmethod
    async def _told_due(account: str, turn: Turn, dispatcher: CollectingDispatcher) -> bool:
        """L1: whoever wants to pay hears the sum, with nothing else of the account."""
        try:
            due = await services.billing().due(account, subject=turn.conversation_id)
        except ServiceError:
            return False
        values = {**speaking.account_of(account), **speaking.amount_of("amount", due.total_fen)}
        speaking.say(dispatcher, "utter_pay_due" if due.total_fen > 0 else "utter_pay_nothing_due", **values)
        return True

    async def _was_answered(self, turn: Turn, dispatcher: CollectingDispatcher) -> bool:
        found = await best_answer(turn.text)
        if found is None:
            return False
        speaking.say(dispatcher, "utter_knowledge", answer=found.answer_text, answer_spoken=found.answer_voice)
        return True

    def _read_narrative(self, turn: Turn, draft: Draft) -> None:
        words = turn.text.strip()
        if len(words) >= ENOUGH_WORDS and not _BARE.match(words):
            draft["request_what"] = words[:500]

    def _read_details(self, turn: Turn, draft: Draft, asked: str | None) -> None:
        account = heard_account(turn, asked=asked == "request_account_no")
        if account and accounts.is_valid(account):
            draft["request_account_no"] = account
        place = reading.place(turn) or (
            reading.place_words(turn.text) if asked in ("request_place", "request_what") else None
        )
        if place:
            draft["request_place"] = place
        if draft["task"] == "whistleblow" and re.search(r"匿名|不想留名|不留名|不署名|保密", turn.text):
            draft["request_anonymous"] = "yes"
        phone = reading.contact_phone(turn)
        if phone and not (account and account in phone):
            draft["request_phone"] = phone

    def _read_answer(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "request_wanted":
            if reading.is_no(turn):
                draft.finish("declined")
            elif reading.is_yes(turn) or turn.intent == draft["task"]:
                draft["request_wanted"] = "yes"
                draft["request_what"] = draft["request_what"] or draft["request_first_words"]
        elif asked == "request_what":
            if len(turn.text.strip()) >= 2 and not reading.is_yes(turn):
                draft["request_what"] = turn.text.strip()[:500]
        elif asked == "request_anonymous":
            self._read_anonymity(turn, draft)
        elif asked == "request_account_no":
            self._read_account(turn, draft, dispatcher)
        elif asked == "request_place" and int(draft["attempt"] or 0) >= 1 and len(turn.text.strip()) >= 2:
            draft["request_place"] = turn.text.strip()[:60]
        self._read_details(turn, draft, asked)
        if asked == "request_phone":
            read_contact_phone(turn, draft, "request_phone", asked)
        if asked in ("request_phone", "request_anonymous"):
            self._add_to_story(turn, draft, asked)

    @staticmethod
    def _add_to_story(turn: Turn, draft: Draft, asked: str) -> None:
        """Somebody who goes on telling is not asked for the phone as if they had failed."""
        told = turn.text.strip()
        is_story = len(told) > ENOUGH_WORDS and len(reading.digits(turn)) < ENOUGH_WORDS and not reading.is_yes(turn)
        if draft[asked] is None and is_story:
            draft["request_what"] = f"{draft['request_what'] or ''}；{told}".lstrip("；")[:500]
            draft["attempt"] = int(draft["attempt"] or 0)

    @staticmethod
    def _read_anonymity(turn: Turn, draft: Draft) -> None:
        if re.search(r"匿名|不留|不用|不想", turn.text) or reading.is_no(turn):
            draft["request_anonymous"] = "yes"
        elif re.search(r"留|实名|可以", turn.text) or reading.is_yes(turn):
            draft["request_anonymous"] = "no"

    @staticmethod
    def _read_account(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        said = heard_account(turn, asked=True)
        if said and accounts.is_valid(said):
            draft["request_account_no"] = said
        elif said and int(draft["attempt"] or 0) < 1:
            speaking.say(dispatcher, f"utter_account_problem_{accounts.problem(said)}", count=len(said))
        else:
            draft["request_account_no"] = SKIPPED  # no number, no matter: whoever calls back finds it

    def _read_confirmation(self, turn: Turn, draft: Draft) -> None:
        draft["request_amended"] = None
        phone, tail = reading.contact_phone(turn), reading.tail4(turn)
        old = draft.known("request_phone")
        if phone or (tail and old and len(old) == 11):
            draft["request_phone"] = phone or f"{(old or '')[:-4]}{tail}"
            draft["request_amended"], draft["attempt"] = "phone", 0
        elif reading.is_yes(turn):
            draft["request_confirmed"] = "yes"
        elif reading.is_no(turn):
            draft["request_amended"] = "what"
        elif len(turn.text.strip()) >= ENOUGH_WORDS:
            draft["request_what"] = f"{draft['request_what']}；{turn.text.strip()}"[:500]
            draft["request_amended"], draft["attempt"] = "what_added", 0

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        kind = KINDS[str(draft["task"])]
        draft.skip(*(slot for slot in ALL_SLOTS if slot not in kind.asks and slot != "request_wanted"))
        if "request_account_no" in kind.asks and draft["request_account_no"] is None:
            draft["request_account_no"] = proved_account(draft.all_slots())
        if draft["request_anonymous"] == "yes":
            draft.skip("request_phone")

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "request_phone":
            draft["request_phone"] = turn.known_phone or CURRENT
        elif asked in ("request_account_no", "request_place"):
            draft[asked] = SKIPPED
        elif asked == "request_anonymous":
            draft[asked] = "yes"
        else:
            await super().give_up(turn, draft, asked, dispatcher)


class ActionAskRequestConfirmed(Action):
    """Read the request back."""

    def name(self) -> str:
        return "action_ask_request_form_request_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        slots = tracker.slots
        amended, phone = slots.get("request_amended"), slots.get("request_phone")
        shown = speaking.phone_of(phone) if phone not in (None, CURRENT, SKIPPED) else None
        if amended == "what":
            speaking.say(dispatcher, "utter_ask_what_to_amend")
        elif amended == "phone" and shown:
            speaking.say(dispatcher, "utter_amended_phone", **shown)
        else:
            what = str(slots.get("request_what") or learnt.label(slots.get("task"))).rstrip("。！!？?，,；;. ")
            values = {"label": learnt.label(slots.get("task")), "what": what[:60] + ("……" if len(what) > 60 else "")}
            response = "utter_ask_request_confirmed" if shown else "utter_ask_request_confirmed_no_phone"
            speaking.say(dispatcher, response, **values, **(shown or {}))
        return []


class ActionAskRequestWhat(Action):
    """Each request opens with its own sentence."""

    def name(self) -> str:
        return "action_ask_request_form_request_what"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        task = str(tracker.get_slot("task"))
        own = {"complaint", "whistleblow", "suggestion", "praise", "callback_request"}
        again = int(tracker.get_slot("attempt") or 0) > 0
        speaking.say(dispatcher, f"utter_ask_what_{task}" if task in own and not again else "utter_ask_what")
        return []


class ActionFileRequest(Action):
    """File what was taken down and say who answers by when."""

    def name(self) -> str:
        return "action_file_request"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        if turn.slots.get("task_outcome") == "declined":
            speaking.say(dispatcher, "utter_anything_else")
            return finished(turn)
        if turn.slots.get("task_outcome") == "answered":
            return finished(turn, done="已告知应缴总额")
        task = str(turn.slots.get("task"))
        try:
            filed = await file_once(filing_of(turn, task), key=filing_key(turn, "request"), turn=turn)
        except ServiceError as err:
            speaking.say_error(dispatcher, err)
            return [
                *finished(turn),
                SlotSet("wants_person", {"reason": f"{learnt.label(task)}没能登记", "skill": "business"}),
            ]
        return tell_request_filed(dispatcher, turn, task, filed)


def filing_of(turn: Turn, task: str) -> Filing:
    """The order of this request out of its slots."""
    slots, kind = turn.slots, KINDS[task]
    phone = slots.get("request_phone")
    is_hidden = task == "whistleblow" and slots.get("request_anonymous") != "no"
    account = slots.get("request_account_no")
    common: dict[str, Any] = {
        "channel": CHANNELS.get(turn.channel, "web_chat"),
        "summary": f"{learnt.label(task)}：{slots.get('request_what') or ''}"[:200]
        if task != "whistleblow"
        else "举报（内容见受限字段）",
        "contact_phone": None if is_hidden else phone if phone not in (None, CURRENT, SKIPPED) else turn.known_phone,
        "caller_phone": turn.known_phone if turn.is_phone and task != "whistleblow" else None,
        "account_no": account if account not in (None, SKIPPED) and task != "whistleblow" else None,
        "address": slots.get("request_place")
        if slots.get("request_place") not in (None, SKIPPED) and task != "whistleblow"
        else None,
    }
    fields = {**common, **kind.fields(slots)}
    return Filing(kind.order_type, {name: value for name, value in fields.items() if value is not None})


def tell_request_filed(dispatcher: CollectingDispatcher, turn: Turn, task: str, filed: Filed) -> Events:
    order, label = filed.order, learnt.label(task)
    if order is None:
        speaking.say(dispatcher, "utter_filing_kept" if filed.is_kept else "utter_filing_lost")
        events = finished(turn, done=f"{label}已留存待登记" if filed.is_kept else None)
        return (
            events
            if filed.is_kept
            else [*events, SlotSet("wants_person", {"reason": f"{label}没能登记", "skill": "business"})]
        )
    if task == "whistleblow":
        code = order.query_code or ""
        speaking.say(
            dispatcher, "utter_whistle_filed", code=code, code_spoken=spelt(code), **_deadline(order, "10 日内")
        )
        return finished(turn, done="举报已登记（受限）")
    response = f"utter_filed_{task}" if task in ("complaint", "suggestion", "praise") else "utter_filed_request"
    speaking.say(dispatcher, response, **speaking.order_no_of(order.order_no), label=label, **_deadline(order))
    speaking.card(dispatcher, "order", order_card(order))
    phone = turn.slots.get("request_phone")
    tail = phones.last4(phone) if phone not in (None, CURRENT, SKIPPED) else None
    return [
        *finished(turn, done=f"{label}已登记 {order.order_no}"),
        SlotSet("last_order", {"order_no": order.order_no, "phone_last4": tail}),
    ]


def spelt(code: str) -> str:
    """A query code sign by sign, a pause after four."""
    return "，".join(speak_letters_and_digits(code[i : i + 4]) for i in range(0, len(code), 4))


def _deadline(order: Order, otherwise: str = "一个工作日内") -> dict[str, str]:
    """By when somebody answers, as the ticketing system set it."""
    return speaking.by_of(order.deadline_at, otherwise)


def everything() -> list[Action]:
    return [ActionAskRequestConfirmed(), ActionAskRequestWhat(), ActionFileRequest()]
