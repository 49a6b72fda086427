"""Proving who somebody is before a bill or a list of orders is told: account number, last four of its phone, code."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions.account.steps import ACCOUNT_STEPS, PROOF_STEPS, AccountForm
from actions.billing.asked import read_question
from actions.forms import Draft
from actions.turn import Turn


class IdentityForm(AccountForm):
    form = "identity_form"
    slots = (*ACCOUNT_STEPS, *PROOF_STEPS)

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked in (None, *ACCOUNT_STEPS):
            read_question(turn, draft)
        await super().read(turn, draft, asked, dispatcher)
