"""The bill, once it is proved whose it is; the sum due alone for whoever declines."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import services, speaking
from actions.account.identity import proved_account, token_of
from actions.billing.asked import LONGEST_SPAN, months_of
from actions.billing.words import left_to_next_tier, month_words, split_words, tier_words
from actions.done import finished, next_up
from actions.filing import CHANNELS, consult_filing, file_once, filing_key
from actions.smalltalk.asides import offer
from actions.turn import Turn, turn_of
from clients.billing.protocol import Account, Bill
from clients.ticketing.protocol import Consult
from kernel import account_no as accounts
from kernel import clock, money
from kernel.errors import NotAllowed, NotFound, ServiceError, Unavailable
from kernel.speech import speakable

Events = list[dict[str, Any]]
MOST_LINES = 4  # months told one by one; of more only the sum


class BillAction(Action):
    """What all actions on a proved account share: who may hear it, and what is said when billing is off."""

    question = "查电费"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        outcome = turn.slots.get("task_outcome")
        try:
            if outcome == "billing_down":
                return await self.promise_answer(dispatcher, turn)
            if outcome == "declined":
                return await self.tell_due_only(dispatcher, turn)
            account = proved_account(turn.slots)
            if account is None:
                speaking.say(dispatcher, "utter_identity_expired")
                return finished(turn)
            return await self.tell(dispatcher, turn, account)
        except NotAllowed:
            speaking.say(dispatcher, "utter_identity_expired")
            return [*finished(turn), SlotSet("identity_proof", None)]
        except NotFound as err:
            nothing = err.code == "nothing_to_compare"
            speaking.say(dispatcher, "utter_bill_nothing_to_compare" if nothing else "utter_bill_not_found")
            return finished(turn)
        except Unavailable:
            return await self.promise_answer(dispatcher, turn)
        except ServiceError as err:
            speaking.say_error(dispatcher, err)
            return finished(turn)

    async def tell(self, dispatcher: CollectingDispatcher, turn: Turn, account: str) -> Events:
        raise NotImplementedError

    async def tell_due_only(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """L1: the sum and nothing else, so that anybody may pay (service-catalogue 1.2)."""
        account = turn.slots.get("account_no")
        if not account:
            speaking.say(dispatcher, "utter_identity_declined")
            return finished(turn)
        due = await services.billing().due(str(account), subject=turn.conversation_id)
        speaking.say(dispatcher, "utter_due_only", **speaking.amount_of("amount", due.total_fen))
        return finished(turn, done="已告知应缴总额（未核身）")

    async def promise_answer(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Billing is off: no old figures; a consult order, and somebody answers."""
        month = turn.slots.get("bill_month")
        consult = Consult(
            question=f"{self.question}{'，账期 ' + str(month) if month else ''}（账务系统连不上，机器人代登记）",
            topic="bill",
            reply_form="phone" if turn.is_phone else "sms",
            channel=CHANNELS.get(turn.channel, "web_chat"),  # type: ignore[arg-type]
            account_no=turn.slots.get("account_no"),
            contact_phone=turn.known_phone,
            caller_phone=turn.known_phone if turn.is_phone else None,
        )
        try:
            filed = await file_once(consult_filing(consult), key=filing_key(turn, "bill_consult"), turn=turn)
        except ServiceError:
            filed = None
        if filed is None or (filed.order is None and not filed.is_kept):
            speaking.say(dispatcher, "utter_billing_down")
            return finished(turn)
        if filed.order is None:
            speaking.say(dispatcher, "utter_billing_down_kept")
            return finished(turn, done="账务连不上，查询已留存待登记")
        order = filed.order
        by = speaking.by_of(order.deadline_at)
        speaking.say(dispatcher, "utter_billing_down_filed", **speaking.order_no_of(order.order_no), **by)
        return finished(turn, done=f"账务连不上，已登记 {order.order_no}")


class ActionTellBill(BillAction):
    def name(self) -> str:
        return "action_tell_bill"

    async def tell(self, dispatcher: CollectingDispatcher, turn: Turn, account: str) -> Events:
        question = turn.slots.get("bill_question")
        if span := turn.slots.get("bill_range"):
            return await self._tell_span(dispatcher, turn, account, str(span))
        whole = await services.billing().account(account, token=token_of(turn.slots), subject=turn.conversation_id)
        if whole.balance_fen is not None and (question in ("balance", "owed") or not turn.slots.get("bill_month")):
            self._tell_balance(dispatcher, whole)
            if question != "year":
                return finished(turn, done="已告知余额")
        elif question in ("balance", "owed"):
            return await self._tell_owed(dispatcher, turn, account)
        bill = await services.billing().bill(
            account, month=turn.slots.get("bill_month"), token=token_of(turn.slots), subject=turn.conversation_id
        )
        if question == "year":
            await self._tell_year_cost(dispatcher, turn, account)
            return self._tell_year(dispatcher, turn, bill)
        self._tell_month(dispatcher, bill)
        if bill.due_fen > 0 and not turn.is_phone:
            speaking.say(dispatcher, "utter_bill_next")
        events = finished(turn, done=f"已告知 {bill.month} 电费 {money.format_yuan(bill.amount_fen)} 元")
        events.append(SlotSet("told_bill", bill.month))
        return [*events, offer("pay_bill")] if bill.due_fen > 0 and not turn.is_phone else events

    @staticmethod
    def _tell_month(dispatcher: CollectingDispatcher, bill: Bill) -> None:
        values: dict[str, Any] = {
            **month_words("month", bill.month),
            **speaking.amount_of("amount", bill.amount_fen),
            **speaking.amount_of("unpaid", max(bill.due_fen, 0)),
            "energy": str(bill.energy_kwh),
            "tier": tier_words(bill.tier),
            **split_words(bill.lines),
        }
        if bill.due_date:
            values |= speaking.day_of("due", bill.due_date)
        is_paid = bill.due_fen <= 0
        response = "utter_bill_paid" if is_paid else "utter_bill_overdue" if bill.is_overdue else "utter_bill"
        speaking.say(dispatcher, response, **values)
        speaking.card(dispatcher, "bill", bill_card(bill))

    @staticmethod
    def _tell_balance(dispatcher: CollectingDispatcher, account: Account) -> None:
        balance = int(account.balance_fen or 0)
        response = "utter_balance_stopped" if account.status == "stopped" else "utter_balance"
        values = {**speaking.amount_of("balance", balance), **speaking.amount_of("owed", max(-balance, 0))}
        speaking.say(dispatcher, response, **values)

    async def _tell_owed(self, dispatcher: CollectingDispatcher, turn: Turn, account: str) -> Events:
        due = await services.billing().due(account, subject=turn.conversation_id)
        if due.total_fen <= 0:
            speaking.say(dispatcher, "utter_owes_nothing")
            return finished(turn, done="已告知没有欠费")
        bills = await services.billing().bills(
            account, token=token_of(turn.slots), subject=turn.conversation_id, limit=LONGEST_SPAN
        )
        for bill in [one for one in bills if one.due_fen > 0][:MOST_LINES]:
            tell_unpaid(dispatcher, bill)
        speaking.say(dispatcher, "utter_owes_in_all", **speaking.amount_of("amount", due.total_fen))
        return finished(turn, done=f"已告知应缴 {money.format_yuan(due.total_fen)} 元")

    async def _tell_span(self, dispatcher: CollectingDispatcher, turn: Turn, account: str, span: str) -> Events:
        wanted = set(months_of(span))
        bills = await services.billing().bills(
            account, token=token_of(turn.slots), subject=turn.conversation_id, limit=LONGEST_SPAN + 2
        )
        found = sorted((bill for bill in bills if bill.month in wanted), key=lambda bill: bill.month)
        if not found:
            raise NotFound("no bill in this span", code="bill_not_found")
        values = {
            **month_words("first", found[0].month),
            **month_words("last", found[-1].month),
            **speaking.amount_of("amount", sum(bill.amount_fen for bill in found)),
            "energy": str(sum(bill.energy_kwh for bill in found)),
            "count": str(len(found)),
        }
        speaking.say(dispatcher, "utter_bill_span", **values)
        for bill in found if len(found) <= MOST_LINES else ():
            line = {**month_words("month", bill.month), **speaking.amount_of("amount", bill.amount_fen)}
            speaking.say(dispatcher, "utter_bill_span_line", energy=str(bill.energy_kwh), **line)
        return finished(turn, done=f"已告知 {found[0].month} 至 {found[-1].month} 电费")

    @staticmethod
    async def _tell_year_cost(dispatcher: CollectingDispatcher, turn: Turn, account: str) -> None:
        """Only who asks for money hears it."""
        if not re.search(r"钱|电费|元|块", turn.text):
            return
        bills = await services.billing().bills(
            account, token=token_of(turn.slots), subject=turn.conversation_id, limit=LONGEST_SPAN
        )
        total = sum(bill.amount_fen for bill in bills if bill.month.startswith(f"{clock.today().year}-"))
        speaking.say(dispatcher, "utter_bill_year_cost", **speaking.amount_of("amount", total))

    def _tell_year(self, dispatcher: CollectingDispatcher, turn: Turn, bill: Bill) -> Events:
        values = {**month_words("month", bill.month), "used": str(bill.year_kwh or bill.energy_kwh)}
        left = left_to_next_tier(bill)
        if left is None:
            speaking.say(dispatcher, "utter_bill_year_plain", **values)
            return finished(turn, done="已告知全年用电量")
        speaking.say(dispatcher, "utter_bill_year", left=str(left), limit=str(bill.next_tier_from_kwh), **values)
        ahead = until_new_year(bill)
        response = "utter_bill_year_stays" if ahead <= left else "utter_bill_year_crosses"
        speaking.say(dispatcher, response, pace=str(round(bill.energy_kwh / bill.days)), ahead=str(ahead))
        return finished(turn, done="已告知全年用电量")


def until_new_year(bill: Bill) -> int:
    """Energy until the end of the year at the pace of this bill, whole kWh."""
    days = (date(bill.period_to.year + (bill.period_to > date(bill.period_to.year, 1, 1)), 1, 1) - bill.period_to).days
    return round(bill.energy_kwh * days / bill.days) if bill.period_to <= clock.today() else 0


def tell_unpaid(dispatcher: CollectingDispatcher, bill: Bill) -> None:
    """One open bill: principal, and what being late costs."""
    values = {
        **month_words("month", bill.month),
        **speaking.amount_of("principal", bill.due_fen - bill.late_fee_fen),
        **speaking.amount_of("fee", bill.late_fee_fen),
        "days": str(bill.late_days),
    }
    speaking.say(dispatcher, "utter_bill_unpaid_late" if bill.late_fee_fen else "utter_bill_unpaid", **values)


def bill_card(bill: Bill) -> dict[str, Any]:
    return {
        "account_last4": accounts.last4(bill.account_no),
        "month": bill.month,
        "amount": money.format_yuan(bill.amount_fen),
        "due": money.format_yuan(max(bill.due_fen, 0)),
        "energy_kwh": str(bill.energy_kwh),
        "tier": bill.tier,
        "due_date": bill.due_date.isoformat() if bill.due_date else None,
        "status": bill.status,
        "lines": list(bill.lines),
    }


class ActionExplainBill(BillAction):
    """Why it is higher or lower than the month before, in the billing system's own sentences."""

    question = "账单解释"

    def name(self) -> str:
        return "action_explain_bill"

    async def tell(self, dispatcher: CollectingDispatcher, turn: Turn, account: str) -> Events:
        if turn.slots.get("bill_month") is None and await self._told_arrears(dispatcher, turn, account):
            return finished(turn, done="已说明欠费构成")
        month, token = turn.slots.get("bill_month"), token_of(turn.slots)
        told = await services.billing().explanation(account, month=month, token=token, subject=turn.conversation_id)
        speaking.say(
            dispatcher, "utter_bill_explained", text=told.text, text_spoken=told.speech or speakable(told.text)
        )
        await self._tell_step(dispatcher, turn, account, told.month, is_more=told.difference_fen > 0)
        bill = await services.billing().bill(account, month=month, token=token, subject=turn.conversation_id)
        self._tell_position(dispatcher, bill, told.text)
        return finished(turn, done=f"已解释 {told.month} 账单")

    @staticmethod
    async def _told_arrears(dispatcher: CollectingDispatcher, turn: Turn, account: str) -> bool:
        """Who asks why it is so much while power is stopped means what is owed, not the newest month."""
        waiting = [entry.get("task") for entry in turn.slots.get("task_stack") or []]
        if not {"reconnect", "pay_bill"} & set(waiting):
            return False
        bills = await services.billing().bills(
            account, token=token_of(turn.slots), subject=turn.conversation_id, limit=LONGEST_SPAN
        )
        late = [bill for bill in bills if bill.late_fee_fen > 0]
        for bill in late[:MOST_LINES]:
            tell_unpaid(dispatcher, bill)
        return bool(late)

    @staticmethod
    async def _tell_step(
        dispatcher: CollectingDispatcher, turn: Turn, account: str, month: str, *, is_more: bool
    ) -> None:
        """From which day on it was more, where the meter tells it; the rest stands without."""
        try:
            use = await services.billing().daily_use(
                account, month=month, token=token_of(turn.slots), subject=turn.conversation_id
            )
        except ServiceError:
            return
        if use.step_on is None or use.before_kwh is None or use.after_kwh is None:
            return
        if is_more and use.after_kwh > use.before_kwh:
            values = {"before": f"{use.before_kwh}", "after": f"{use.after_kwh}"}
            speaking.say(dispatcher, "utter_bill_step", **speaking.day_of("day", use.step_on), **values)

    @staticmethod
    def _tell_position(dispatcher: CollectingDispatcher, bill: Bill, told: str) -> None:
        """Where on the ladder, and how the day splits, unless the explanation said so."""
        left = left_to_next_tier(bill)
        if left is not None and "档" not in told[-24:]:
            values = {"used": str(bill.year_kwh), "tier": tier_words(bill.tier), "left": str(left)}
            speaking.say(dispatcher, "utter_bill_position", **values)
        split = split_words(bill.lines)
        if split["split"]:
            shown = {name: words.lstrip("，") for name, words in split.items()}
            speaking.say(dispatcher, "utter_bill_split", **shown)


class ActionAnotherMonth(Action):
    """那九月的呢: the same question for another month; the month is read by the form."""

    def name(self) -> str:
        return "action_another_month"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        opening = {"text": turn.text, "entities": list(turn.entities), "intent": {"name": "bill_query"}}
        entry = next_up("bill_query", opening=opening)
        return [SlotSet("task_stack", [entry, *(tracker.get_slot("task_stack") or [])])]


def everything() -> list[Action]:
    return [ActionAnotherMonth(), ActionTellBill(), ActionExplainBill()]
