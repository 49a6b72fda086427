"""Power that was stopped for arrears: what is owed is seen, paid or not is seen, the order to reconnect is filed."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.account.filed import FILED_STEPS, ActionFileService, Amended, FiledForm, filing_of
from actions.account.identity import token_of
from actions.account.steps import ACCOUNT_STEPS, PROOF_STEPS
from actions.billing.paying import show_link
from actions.done import finished
from actions.filing import Filing
from actions.forms import Draft
from actions.smalltalk.asides import offer
from actions.turn import Turn
from kernel import money
from kernel.errors import NotFound, ServiceError

Events = list[dict[str, Any]]
STOPPED = "stopped"
_PAID = re.compile(
    r"(交|缴|付|充|还|结)(过|了|完|清|好)|(交|缴|付|充)(完|好|过)?钱?了|已经(交|缴|付|充)|刚(才)?(交|缴|付|充)"
)
_LATER = re.compile(r"没(交|缴|付)|还没|明天|晚点|过几天|没钱|先不|不(交|缴|付)")
_DONE = re.compile(r"(交|缴|付|充)(完|好|过|清)|(交|缴|付|充)了")
_GOES_TO_PAY = re.compile(r"(现在|马上|这就|我来?)(去|就)?(交|缴|付)|等(会|下|一)|怎么(交|缴|付)|哪里?(交|缴|付)")


class ReconnectForm(FiledForm):
    form = "reconnect_form"
    slots = (*ACCOUNT_STEPS, *PROOF_STEPS, "reconnect_paid", *FILED_STEPS)
    needs_proof = False
    confirms_kept = True

    async def read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if _PAID.search(turn.text) and not _LATER.search(turn.text):
            draft["reconnect_said_paid"] = "yes"

    async def with_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["reconnect_seen"] != draft["account_no"]:
            await self._look(turn, draft, dispatcher)
        if draft["reconnect_paid"] == "yes":
            draft.skip(*FILED_STEPS)  # one thing to file, and the account has its phone

    async def _look(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        account = str(draft["account_no"])
        try:
            status = (await services.billing().account(account, subject=turn.conversation_id)).status
            due = await services.billing().due(account, subject=turn.conversation_id)
        except NotFound:
            self._wrong_number(draft, dispatcher, "utter_account_unknown")
            return
        except ServiceError:
            draft.finish("billing_down")
            return
        draft["reconnect_seen"] = account
        if status == STOPPED and await self._told_balance(turn, draft, dispatcher):
            return
        values = {**speaking.tail_of(account), **speaking.amount_of("amount", due.total_fen)}
        if status != STOPPED:
            speaking.say(dispatcher, "utter_reconnect_owes" if due.total_fen > 0 else "utter_reconnect_on", **values)
            draft.finish("not_stopped")
        elif due.total_fen <= 0:
            draft["reconnect_paid"] = "yes"
            speaking.say(dispatcher, "utter_reconnect_paid_up", **values)
        elif draft["reconnect_said_paid"]:
            draft["reconnect_paid"] = "yes"
            speaking.say(dispatcher, "utter_reconnect_not_posted", **values)
        else:
            speaking.say(dispatcher, "utter_reconnect_stopped", **values)

    async def _told_balance(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> bool:
        """智能交费 of somebody who bound the account: the balance, which is what they have to fill up."""
        if draft["account_source"] != "bound":
            return False
        await self._prove_by_binding(turn, draft, dispatcher)
        token = token_of(draft.all_slots())
        if draft.is_finished or not token:
            return False
        whole = await services.billing().account(str(draft["account_no"]), token=token, subject=turn.conversation_id)
        if whole.balance_fen is None:
            return False
        values = {
            **speaking.amount_of("balance", whole.balance_fen),
            **speaking.amount_of("owed", max(-whole.balance_fen, 0)),
        }
        speaking.say(dispatcher, "utter_balance_stopped", **values)
        return True

    async def read_own(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "reconnect_paid" and (amount := _amount(turn)):
            speaking.say(dispatcher, "utter_reconnect_top_up", **speaking.amount_of("amount", money.fen(amount)))
            draft["attempt"] = 0
        elif asked != "reconnect_paid":
            await super().read_own(turn, draft, asked, dispatcher)
        elif _GOES_TO_PAY.search(turn.text) and not _DONE.search(turn.text):
            draft["reconnect_waits"], draft["attempt"] = "yes", 0
            await self._tell_ways(turn, draft, dispatcher)
        elif _LATER.search(turn.text) or reading.is_no(turn):
            draft.finish("pays_later")
        elif _PAID.search(turn.text) or reading.is_yes(turn):
            await self._check_payment(turn, draft, dispatcher)

    @staticmethod
    async def _tell_ways(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """A link in writing: once it is paid power comes back by itself."""
        speaking.say(dispatcher, "utter_pay_ways_phone" if turn.is_phone else "utter_reconnect_ways")
        if turn.is_phone:
            return
        account = str(draft["account_no"])
        try:
            due = await services.billing().due(account, subject=turn.conversation_id)
        except ServiceError:
            return
        await show_link(turn, account, None, due, dispatcher)

    @staticmethod
    async def _check_payment(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """The books say whether it is there; if not yet, the order is filed all the same and says so."""
        account = str(draft["account_no"])
        try:
            due = await services.billing().due(account, subject=turn.conversation_id)
        except ServiceError:
            draft.finish("billing_down")
            return
        draft["reconnect_paid"] = "yes"
        values = {**speaking.tail_of(account), **speaking.amount_of("amount", due.total_fen)}
        response = "utter_reconnect_not_posted" if due.total_fen > 0 else "utter_reconnect_paid_up"
        speaking.say(dispatcher, response, **values)

    def summary(self, draft: Draft) -> str:
        return "缴清复电"

    def read_field(self, turn: Turn, draft: Draft, asked: str | None) -> Amended:
        return None


def _amount(turn: Turn) -> str | None:
    """充100: what they want to pay in."""
    if value := turn.entity("amount"):
        return value
    said = reading.digits(turn) if re.fullmatch(r"(充|交|缴)?\s*\d{1,4}(元|块)?", turn.text.strip()) else ""
    return said or None


class ActionFileReconnect(ActionFileService):
    task = "reconnect"

    async def ended(self, dispatcher: CollectingDispatcher, turn: Turn, outcome: str) -> Events:
        if outcome == "pays_later":
            speaking.say(dispatcher, "utter_reconnect_pay_first")
            return finished(turn, done="已告知欠费停电，缴清后复电")
        if outcome == "not_stopped":
            return [*finished(turn, done="核对过：没有欠费停电"), offer("fault_report")]
        return await super().ended(dispatcher, turn, outcome)

    def filing(self, turn: Turn) -> Filing:
        return filing_of(
            turn, "apply", "欠费缴清，申请复电", {"apply_type": "resume", "note": "客户称已缴清，请核到账后复电"}
        )
