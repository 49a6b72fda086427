"""Paying: the sum is told and nothing else, so that anybody may pay for anybody; what went wrong becomes an order."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.account.filed import FILED_STEPS, ActionFileService, Amended, FiledForm, clean, filing_of, masked_name
from actions.account.steps import ACCOUNT_STEPS, PROOF_STEPS
from actions.done import finished
from actions.filing import Filing, filing_key
from actions.forms import SKIPPED, Draft
from actions.knowledge.answers import best_answer, say_answer
from actions.turn import Turn, turn_of
from clients.billing.protocol import Due
from kernel import money
from kernel.errors import NotFound, ServiceError, TooMany

Events = list[dict[str, Any]]
# What went wrong, in the order it is looked for: wrong account, paid twice, failed, not there, money back.
PROBLEMS: tuple[tuple[str, str], ...] = (
    (
        r"(交|缴|充|付|转)(错|到别人|成别人|给别人)|错.{0,3}户|户号.{0,4}(输|填|写)错|别人(家|户)(的)?(户|头|那)",
        "wrong_account",
    ),
    (r"重复|(交|缴|扣|付|充)了?(两|二|2|俩)(次|遍|回|笔)|多(交|缴|扣|付)了|扣.{0,3}(两|2)", "paid_twice"),
    (
        r"没(有)?到账|未到账|不到账|没到|还(是)?(显示)?(欠|没)|扣了.{0,8}(没|还|未)|没入账|"
        r"(交|缴|付|充)(了|过|完).{0,10}(没|还|未|不|怎么)",
        "missing",
    ),
    (r"失败|(交|缴|付|充|支付|扫)不(了|上|出|成)|交费.{0,4}(报错|出错)|打不开", "failed"),
    (r"退(余额|余款|费|钱|款|回|给我|还)|余额.{0,4}退", "refund"),
)
_HOW = re.compile(
    r"怎么|咋|如何|哪里|哪儿|哪能|什么方式|啥方式|能不能|可不可以|可以用|能用|支持|渠道|[吗么嘛][？?]?$|代扣|自动扣"
)
_FACTS = re.compile(
    r"\d|[一二三四五六七八九十百千两]+(块|元|号|月|天|毛)|昨|今|前天|上(个)?月|微信|支付宝|银行|营业厅|APP|app|网上"
)
MIN_FACTS = 6  # signs
_PAID = re.compile(
    r"(交|缴|付|充|转)(好|完|过|清)?了|(交|缴|付|充)(好|完|过|清)|已(经)?(交|缴|付|充)|到账(了)?(没|吗|么)"
)


async def show_link(turn: Turn, account: str, part_fen: int | None, due: Due, dispatcher: CollectingDispatcher) -> None:
    """A card with a link to pay by; without one when it cannot be had, the sum and the other ways stand."""
    data = {"account_last4": account[-4:], "amount": money.format_yuan(part_fen or due.total_fen)}
    try:
        link = await services.billing().pay_link(
            account, subject=turn.conversation_id, key=filing_key(turn, f"pay_link:{account}:{part_fen or ''}"),
            amount_fen=part_fen,
        )  # fmt: skip
        data["url"] = link.url or ""
    except ServiceError:
        pass
    speaking.card(dispatcher, "payment", data)


class PayForm(FiledForm):
    form = "pay_form"
    slots = (
        *ACCOUNT_STEPS, *PROOF_STEPS, "pay_sms_wanted", "pay_sms_phone", "pay_sms_confirmed", "service_facts",
        *FILED_STEPS,
    )  # fmt: skip
    needs_proof = False
    confirms_kept = True

    async def read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        text = turn.text
        draft["pay_problem"] = next((name for pattern, name in PROBLEMS if re.search(pattern, text)), None)
        if amount := turn.entity("amount"):
            draft["pay_amount"] = amount
        if draft["pay_problem"] is None and _PAID.search(text):
            draft["pay_said_paid"] = "yes"
        if draft["pay_problem"]:
            if _FACTS.search(text) and len(text) >= MIN_FACTS:
                draft["service_facts"] = text[:300]
        elif _HOW.search(text) and not draft["pay_said_paid"]:
            await self._tell_how(turn, draft, dispatcher)

    @staticmethod
    async def _tell_how(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        found = await best_answer(turn.text)
        if found:
            say_answer(dispatcher, found)
        else:
            speaking.say(dispatcher, "utter_pay_ways_phone" if turn.is_phone else "utter_pay_ways")
        draft["pay_how"] = "told"

    def decline(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        draft.finish("not_now")

    async def with_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["pay_problem"]:
            draft.skip("pay_sms_wanted", "pay_sms_phone", "pay_sms_confirmed")
            return
        draft.skip("service_facts", *FILED_STEPS)
        if draft["pay_told"] != draft["account_no"]:
            await self._tell_due(turn, draft, dispatcher)
        if not turn.is_phone:
            draft.skip("pay_sms_wanted")
        if draft["pay_sms_wanted"] not in (None, "other"):
            draft.skip("pay_sms_phone", "pay_sms_confirmed")

    async def _tell_due(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        account = str(draft["account_no"])
        try:
            due = await services.billing().due(account, subject=turn.conversation_id)
        except NotFound:
            self._wrong_number(draft, dispatcher, "utter_account_unknown")
            return
        except TooMany:
            draft.to_person("短时间查询多个户号", "identity")
            speaking.say(dispatcher, "utter_too_many_accounts")
            return
        except ServiceError:
            draft.finish("billing_down")
            return
        draft["pay_told"] = account
        if due.total_fen <= 0:
            await self._say_nothing_due(draft, dispatcher)
            draft.finish("answered")
            return
        if draft["pay_said_paid"]:
            values = {**speaking.tail_of(account), **speaking.amount_of("amount", due.total_fen)}
            speaking.say(dispatcher, "utter_pay_not_posted", **values)
        await self._say_due(turn, draft, due, dispatcher)

    @staticmethod
    async def _say_nothing_due(draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Who has just paid by our link hears that it is there."""
        account = str(draft["account_no"])
        link = await services.billing().latest_link(account) if draft["pay_said_paid"] else None
        if link is not None and link.status == "paid":
            amount = speaking.amount_of("amount", link.amount_fen)
            speaking.say(dispatcher, "utter_pay_posted", **speaking.tail_of(account), **amount)
        else:
            speaking.say(dispatcher, "utter_pay_nothing_due", **speaking.tail_of(account))

    @staticmethod
    async def _say_due(turn: Turn, draft: Draft, due: Due, dispatcher: CollectingDispatcher) -> None:
        account = str(draft["account_no"])
        values = {**speaking.tail_of(account), **speaking.amount_of("amount", due.total_fen)}
        values["name"] = await masked_name(account, turn.conversation_id) or "户主"
        when = speaking.day_of("due", due.due_date) if due.due_date else {}
        response = "utter_pay_due_overdue" if due.is_overdue or not when else "utter_pay_due"
        speaking.say(dispatcher, response, **values, **when)
        part = money.fen(str(draft["pay_amount"])) if draft["pay_amount"] else 0
        if 0 < part < due.total_fen:
            left = speaking.amount_of("left", due.total_fen - part)
            speaking.say(dispatcher, "utter_pay_part", **speaking.amount_of("part", part), **left)
        if not turn.is_phone:
            await show_link(turn, account, part if 0 < part < due.total_fen else None, due, dispatcher)

    async def read_own(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "pay_sms_wanted":
            self._read_sms_wish(turn, draft)
        elif asked == "pay_sms_phone":
            draft["pay_sms_phone"] = reading.contact_phone(turn)
            draft["heard_digits"] = len(reading.digits(turn))
        elif asked == "pay_sms_confirmed":
            self._read_sms_confirmation(turn, draft)
        else:
            await super().read_own(turn, draft, asked, dispatcher)

    @staticmethod
    def _read_sms_wish(turn: Turn, draft: Draft) -> None:
        if said := reading.contact_phone(turn):
            draft["pay_sms_wanted"], draft["pay_sms_phone"] = "other", said
        elif re.search(r"另外|另一|别的|换|其他|其它|老婆|老公|儿子|女儿|我妈|我爸", turn.text):
            draft["pay_sms_wanted"] = "other"
        elif reading.is_yes(turn) or re.search(r"^发|这个|这部", turn.text):
            draft["pay_sms_wanted"] = "this" if turn.known_phone else "other"
        elif reading.is_no(turn) or re.search(r"^不|算了", turn.text):
            draft["pay_sms_wanted"] = "no"

    @staticmethod
    def _read_sms_confirmation(turn: Turn, draft: Draft) -> None:
        old, tail = str(draft["pay_sms_phone"]), reading.tail4(turn)
        if said := reading.contact_phone(turn):
            draft["pay_sms_phone"] = said
            draft["attempt"] = 0
        elif tail and tail != old[-4:]:
            draft["pay_sms_phone"] = f"{old[:-4]}{tail}"
            draft["attempt"] = 0
        elif reading.is_yes(turn) or tail:
            draft["pay_sms_confirmed"] = "yes"
        elif reading.is_no(turn):
            draft["pay_sms_phone"] = None

    def read_field(self, turn: Turn, draft: Draft, asked: str | None) -> Amended:
        if asked == "service_facts" and len(turn.text.strip()) >= 2:
            draft["service_facts"] = turn.text.strip()[:300]
            return "facts"
        if asked is None and turn.entity("amount") and "户号" not in turn.text:
            draft["service_facts"] = f"{draft['service_facts'] or ''}；{turn.text.strip()}".lstrip("；")[:300]
            return "facts"
        return None

    def summary(self, draft: Draft) -> str:
        return (
            f"{PROBLEM_WORDS.get(str(draft['pay_problem']), '缴费')}，{clean(str(draft.known('service_facts') or ''))}"
        )

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked.startswith("pay_sms"):
            draft["pay_sms_wanted"] = "no"
            draft.skip("pay_sms_phone", "pay_sms_confirmed")
        else:
            await super().give_up(turn, draft, asked, dispatcher)


PROBLEM_WORDS = {
    "wrong_account": "缴错户号",
    "paid_twice": "重复缴费",
    "missing": "缴费没到账",
    "failed": "缴费失败",
    "refund": "退费",
}
REFUNDS = ("wrong_account", "refund")


class ActionFilePayment(ActionFileService):
    """The end of paying: the sum was told, a note is written to a phone, or what went wrong is filed."""

    task = "pay_bill"

    async def ended(self, dispatcher: CollectingDispatcher, turn: Turn, outcome: str) -> Events:
        if outcome == "answered":
            return finished(turn, done="已告知没有应缴电费")
        if outcome == "billing_down":
            speaking.say(dispatcher, "utter_pay_billing_down")
            return finished(turn)
        return await super().ended(dispatcher, turn, outcome)

    async def run(self, dispatcher: CollectingDispatcher, tracker: Any, domain: Any) -> Events:
        slots = tracker.slots
        if slots.get("task_outcome") or slots.get("pay_problem"):
            return await super().run(dispatcher, tracker, domain)
        turn = turn_of(tracker)
        if slots.get("pay_sms_wanted") not in ("this", "other"):
            if turn.is_phone:
                speaking.say(dispatcher, "utter_pay_ways_phone")
            return finished(turn, done="已告知应缴总额")
        return await self._send_note(dispatcher, turn)

    async def _send_note(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        other = turn.slots.get("pay_sms_phone")
        phone = str(other) if other not in (None, SKIPPED) else str(turn.known_phone)
        try:
            account = str(turn.slots.get("account_no"))
            due = await services.billing().due(account, subject=turn.conversation_id)
            await services.billing().pay_link(
                account, phone=phone, subject=turn.conversation_id, key=filing_key(turn, "pay_link")
            )
        except ServiceError:
            speaking.say(dispatcher, "utter_pay_billing_down")
            return finished(turn)
        when = speaking.day_of("due", due.due_date) if due.due_date else {}
        response = "utter_pay_note_sent" if when else "utter_pay_note_sent_plain"
        speaking.say(dispatcher, response, **speaking.phone_of(phone), **when)
        return finished(turn, done="已告知应缴总额，缴费短信已发")

    def filing(self, turn: Turn) -> Filing:
        problem = str(turn.slots.get("pay_problem"))
        what = f"{PROBLEM_WORDS[problem]}，{turn.slots.get('service_facts') or ''}"
        if problem in REFUNDS:
            return filing_of(turn, "apply", what, {"apply_type": "refund", "note": what[:500]})
        question = {
            "topic": "payment_missing",
            "question": what[:500],
            "reply_form": "phone" if turn.is_phone else "sms",
        }
        return filing_of(turn, "consult", what, question)

    def say_filed(self, dispatcher: CollectingDispatcher, turn: Turn, values: Any) -> None:
        is_refund = turn.slots.get("pay_problem") in REFUNDS
        speaking.say(dispatcher, "utter_filed_refund" if is_refund else "utter_filed_payment", **values)
