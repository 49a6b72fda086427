"""How the account's number, its confirmation and a contact phone are asked for: by what is known and how often."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import reading, speaking
from actions.account.filed import ActionAskServiceConfirmed
from actions.outage.actions import ActionAskContact
from actions.turn import turn_of
from kernel.account_no import last4
from kernel.numbers_zh import speak_digits

Events = list[dict[str, Any]]
LAST_WORDING = 2


class ActionAskAccountNo(Action):
    def name(self) -> str:
        return "action_ask_account_no"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        attempt = min(int(tracker.get_slot("attempt") or 0), LAST_WORDING)
        choices = tracker.get_slot("account_choices")
        if choices:
            _ask_which(dispatcher, [last4(str(one)) for one in choices])
        elif tracker.get_slot("account_lookup"):
            speaking.say(dispatcher, f"utter_ask_account_lookup_{attempt}")
        elif tracker.get_slot("account_source") == "pieces" and (tracker.latest_message or {}).get("text"):
            pass  # 记下了，请接着说 was said already
        elif tracker.get_slot("pay_how") and attempt == 0:
            speaking.say(dispatcher, "utter_ask_account_to_pay")
        else:
            is_first_of_proof = attempt == 0 and tracker.active_loop_name == "identity_form"
            speaking.say(dispatcher, f"utter_ask_account_{'proof' if is_first_of_proof else attempt}")
        return []


def _ask_which(dispatcher: CollectingDispatcher, tails: list[str]) -> None:
    shown, spoken = (
        "、".join(f"尾号 {tail}" for tail in tails),
        "，".join(f"尾号{speak_digits(tail)}" for tail in tails),
    )
    buttons = [{"title": f"尾号 {tail}", "payload": f"尾号{tail}"} for tail in tails]
    speaking.say(
        dispatcher,
        "utter_ask_account_which",
        count=str(len(tails)),
        count_spoken="零一两三四"[len(tails)],
        tails=shown,
        tails_spoken=spoken,
        buttons=buttons,
    )


class ActionAskAccountConfirmed(Action):
    """Read back: the last four digits, for nothing is proved yet."""

    def name(self) -> str:
        return "action_ask_account_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        source = str(tracker.get_slot("account_source") or "said")
        if source == "said" and turn_of(tracker).is_keyed:
            source = "keyed"
        speaking.say(
            dispatcher, f"utter_ask_account_is_{source}", **speaking.tail_of(str(tracker.get_slot("account_no")))
        )
        return []


class ActionTakeAccount(Action):
    """A bare account number and nothing asked: it is kept, and what for is asked."""

    def name(self) -> str:
        return "action_take_account"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        account = reading.digits(turn_of(tracker))
        speaking.say(dispatcher, "utter_account_for_what", **speaking.tail_of(account))
        return [SlotSet("account_no", account), SlotSet("misses", 0)]


class ActionAskPaySms(Action):
    def name(self) -> str:
        return "action_ask_pay_sms_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_ask_pay_sms_is", **speaking.phone_of(str(tracker.get_slot("pay_sms_phone"))))
        return []


def everything() -> list[Action]:
    return [
        ActionAskAccountNo(),
        ActionAskAccountConfirmed(),
        ActionAskServiceConfirmed(),
        ActionAskContact("service", "phone"),
        ActionAskPaySms(),
        ActionTakeAccount(),
    ]
