"""The bill, once it is proved whose it is; the sum due alone for whoever declines."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import services, speaking
from actions.account.identity import proved_account, token_of
from actions.done import finished
from actions.filing import CHANNELS, consult_filing, file_once, filing_key
from actions.turn import Turn, turn_of
from clients.billing.protocol import Bill
from clients.ticketing.protocol import Consult
from kernel import account_no as accounts
from kernel import money
from kernel.errors import NotAllowed, NotFound, ServiceError, Unavailable
from kernel.speech import speakable

Events = list[dict[str, Any]]


def month_words(name: str, month: str) -> dict[str, str]:
    """`2026-10` → 10 月 / 十月."""
    number = str(int(month[5:7]))
    return {name: f"{number} 月", f"{name}_spoken": speakable(number) + "月"}


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
        bill = await services.billing().bill(
            account, month=turn.slots.get("bill_month"), token=token_of(turn.slots), subject=turn.conversation_id
        )
        if turn.slots.get("bill_question") == "year":
            return self._tell_year(dispatcher, turn, bill)
        is_paid = bill.due_fen <= 0
        values: dict[str, Any] = {
            **month_words("month", bill.month),
            **speaking.amount_of("amount", bill.amount_fen),
            **speaking.amount_of("unpaid", max(bill.due_fen, 0)),
            "energy": str(bill.energy_kwh),
            "tier": _tier_words(bill.tier),
        }
        if bill.due_date:
            values |= speaking.day_of("due", bill.due_date)
        response = "utter_bill_paid" if is_paid else "utter_bill_overdue" if bill.is_overdue else "utter_bill"
        speaking.say(dispatcher, response, **values)
        speaking.card(dispatcher, "bill", bill_card(bill))
        return finished(turn, done=f"已告知 {bill.month} 电费 {money.format_yuan(bill.amount_fen)} 元")

    def _tell_year(self, dispatcher: CollectingDispatcher, turn: Turn, bill: Bill) -> Events:
        values = {**month_words("month", bill.month), "used": str(bill.year_kwh or bill.energy_kwh)}
        if bill.year_kwh is not None and bill.next_tier_from_kwh:
            left = bill.next_tier_from_kwh - bill.year_kwh
            speaking.say(dispatcher, "utter_bill_year", left=str(left), limit=str(bill.next_tier_from_kwh), **values)
        else:
            speaking.say(dispatcher, "utter_bill_year_plain", **values)
        return finished(turn, done="已告知全年用电量")


def _tier_words(tier: int | None) -> str:
    return {1: "，在第一档", 2: "，到了第二档", 3: "，到了第三档"}.get(tier or 0, "")


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
        told = await services.billing().explanation(
            account, month=turn.slots.get("bill_month"), token=token_of(turn.slots), subject=turn.conversation_id
        )
        speaking.say(
            dispatcher, "utter_bill_explained", text=told.text, text_spoken=told.speech or speakable(told.text)
        )
        return finished(turn, done=f"已解释 {told.month} 账单")


def everything() -> list[Action]:
    return [ActionTellBill(), ActionExplainBill()]
