"""Somebody says the bill is wrong: the bill is looked at first, their facts are taken, then an order goes to the people
who check it. Nobody argues, and who does not prove their identity is served too (domain/billing.md 6.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import services, speaking
from actions.account.filed import FILED_STEPS, ActionFileService, Amended, FiledForm, clean, filing_of
from actions.account.identity import proved_account, token_of
from actions.account.steps import ACCOUNT_STEPS, PROOF_STEPS
from actions.billing.asked import read_question
from actions.billing.words import month_words
from actions.filing import Filing
from actions.forms import SKIPPED, Draft
from actions.turn import Turn
from kernel import money
from kernel.errors import NotFound, ServiceError

Events = list[dict[str, Any]]
_FACTS = re.compile(
    r"\d|[一二三四五六七八九十百千两]+(块|元|度|号)|抄错|没用|没住|空(着|房|置)|翻倍|多(收|扣|算)|两倍|不可能|示数|读数|止码"
)
_NOT_FACTS = re.compile(r"户号|电话|手机|^[0-9\s-]+$")
MIN_FACTS = 6  # signs


class DisputeForm(FiledForm):
    form = "dispute_form"
    slots = (*ACCOUNT_STEPS, *PROOF_STEPS, "service_facts", *FILED_STEPS)

    async def read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        read_question(turn, draft)
        if len(turn.text) >= MIN_FACTS and _FACTS.search(turn.text):
            draft["service_facts"] = turn.text[:300]

    def decline(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """No figure is told then; the dispute is taken all the same."""
        if draft["dispute_bill"] is None:
            speaking.say(dispatcher, "utter_dispute_without_proof")
        draft["dispute_bill"] = SKIPPED
        draft.skip("account_no", "account_confirmed", *PROOF_STEPS)

    def wants_proof(self, draft: Draft) -> bool:
        return draft["dispute_bill"] is None

    async def with_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        slots = draft.all_slots()
        account = proved_account(slots)
        if account is None or account != draft["account_no"] or draft["dispute_bill"] is not None:
            return
        try:
            bill = await services.billing().bill(
                account, month=slots.get("bill_month"), token=token_of(slots), subject=turn.conversation_id
            )
        except NotFound:
            draft["dispute_bill"] = SKIPPED
            return
        except ServiceError:
            draft["dispute_bill"] = SKIPPED
            speaking.say(dispatcher, "utter_dispute_billing_down")
            return
        words = f"{bill.month} 账单 {money.format_yuan(bill.amount_fen)} 元，{bill.energy_kwh} 度"
        draft["dispute_bill"] = words
        speaking.say(
            dispatcher,
            "utter_dispute_bill",
            **month_words("month", bill.month),
            **speaking.amount_of("amount", bill.amount_fen),
            energy=str(bill.energy_kwh),
            days=str(bill.days),
        )

    def read_field(self, turn: Turn, draft: Draft, asked: str | None) -> Amended:
        text = turn.text.strip()
        if asked == "service_facts" and len(text) >= 2:
            draft["service_facts"] = text[:300]
            return "facts"
        if asked is None and len(text) >= MIN_FACTS and _FACTS.search(text) and not _NOT_FACTS.search(text):
            draft["service_facts"] = f"{draft['service_facts'] or ''}；{text}".lstrip("；")[:300]
            return "facts"
        return None

    def summary(self, draft: Draft) -> str:
        return clean(str(draft.known("service_facts") or "账单不对"))


class ActionFileDispute(ActionFileService):
    task = "bill_dispute"

    def filing(self, turn: Turn) -> Filing:
        facts, seen = str(turn.slots.get("service_facts") or "账单不对"), turn.slots.get("dispute_bill")
        question = facts if seen in (None, SKIPPED) else f"{facts}（{seen}）"
        fields: Mapping[str, Any] = {"topic": "bill_dispute", "question": question[:500], "reply_form": "phone"}
        return filing_of(turn, "consult", facts, fields)
