"""What every filed request about an account ends with: a phone, the read-back, one-step amendments, the order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, reading, services, speaking
from actions.account.identity import proved_account
from actions.account.steps import AccountForm
from actions.done import finished
from actions.filing import CHANNELS, Filed, Filing, file_once, filing_key
from actions.forms import SKIPPED, Draft
from actions.outage.actions import order_card
from actions.outage.phone import CURRENT, read_contact_phone
from actions.turn import Turn, turn_of
from kernel import account_no as accounts
from kernel import phone as phones
from kernel.errors import ServiceError

Events = list[dict[str, Any]]
_OF_A_PHONE = re.compile(r"电话|手机|号码|尾号|[后末]面?四位|^[^\u4e00-\u9fff]*$|^不对[，, ]?是?\D?\d{4}$")
FILED_STEPS = ("service_phone", "service_confirmed")
Amended = str | None
STORY = 8  # signs


class FiledForm(AccountForm):
    """An account form whose end is an order. A subclass reads its own fields in `read_field`."""

    fields: ClassVar[tuple[str, ...]] = ()

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        await super().read(turn, draft, asked, dispatcher)
        # Who goes on telling while the number is asked for has not failed to answer.
        is_story = asked == "account_no" and len(turn.text) >= STORY and not draft.is_finished
        if is_story and draft["account_no"] is None and self.read_field(turn, draft, None):
            draft["attempt"] = int(draft["attempt"] or 0)

    async def read_own(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "service_confirmed":
            self._read_back_answer(turn, draft)
        elif asked == "service_phone":
            read_contact_phone(turn, draft, "service_phone", asked)
            if draft["service_phone"] is None:
                self.read_field(turn, draft, None)
        else:
            self.read_field(turn, draft, asked)

    def summary(self, draft: Draft) -> str:
        """The request in a few words, as it is read back."""
        raise NotImplementedError

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        await super().settle(turn, draft, dispatcher)
        draft["service_summary"] = self.summary(draft)

    def read_field(self, turn: Turn, draft: Draft, asked: str | None) -> Amended:
        """Fill what these words say of the task; the name of what was filled, None when nothing was."""
        return None

    def _read_back_answer(self, turn: Turn, draft: Draft) -> None:
        draft["service_amended"] = None
        account = str(draft["account_no"])
        if reading.is_yes(turn):
            draft["service_confirmed"] = "yes"
            return
        if (phone := _new_phone(turn, draft)) and not self._owns_phone(turn):
            draft["service_phone"], draft["service_amended"] = phone, "phone"
        elif amended := self.read_field(turn, draft, None):
            draft["service_amended"] = amended
        elif new := _new_account(turn, account):
            draft["account_no"], draft["service_amended"] = new, "account"
        elif reading.is_no(turn):
            draft["service_amended"] = "what"
        else:
            return
        draft["attempt"] = 0

    def _owns_phone(self, turn: Turn) -> bool:
        """Whether a phone in these words is a field of the task itself."""
        return False

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "service_phone":
            draft["service_phone"] = turn.known_phone or CURRENT
        else:
            await super().give_up(turn, draft, asked, dispatcher)


def _new_phone(turn: Turn, draft: Draft) -> str | None:
    if said := reading.contact_phone(turn):
        return said
    old, tail = draft.known("service_phone"), reading.tail4(turn)
    is_about_it = "户号" not in turn.text and _OF_A_PHONE.search(turn.text)
    return f"{old[:-4]}{tail}" if tail and old and len(old) == 11 and is_about_it else None


def _new_account(turn: Turn, before: str) -> str | None:
    """户号改成3100102346, 户号后四位是2346."""
    if "户号" not in turn.text:
        return None
    said = reading.digits(turn)
    new = said if len(said) == accounts.LENGTH else before[: -len(said)] + said if 0 < len(said) < 8 else ""
    return new if accounts.is_valid(new) else None


def contact_of(slots: Mapping[str, Any], turn: Turn) -> str | None:
    phone = slots.get("service_phone")
    return str(phone) if phone not in (None, CURRENT, SKIPPED) else turn.known_phone


def filing_of(turn: Turn, order_type: str, what: str, fields: Mapping[str, Any]) -> Filing:
    """An order of this task: who, how to call back, what; `fields` are its type's own."""
    slots = turn.slots
    account = slots.get("account_no")
    common: dict[str, Any] = {
        "channel": CHANNELS.get(turn.channel, "web_chat"),
        "summary": f"{learnt.label(slots.get('task'))}：{what}"[:200],
        "contact_phone": contact_of(slots, turn),
        "caller_phone": turn.known_phone if turn.is_phone else None,
        "account_no": account if account and accounts.is_valid(str(account)) else None,
        "identity_level": "L2" if account and proved_account(slots) == account else "L0",
    }
    return Filing(order_type, {name: value for name, value in {**common, **fields}.items() if value is not None})


class ActionFileService(Action):
    """File what was taken down, once, and say who does what by when."""

    task: ClassVar[str]

    def name(self) -> str:
        return f"action_file_{self.task}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        if outcome := turn.slots.get("task_outcome"):
            return await self.ended(dispatcher, turn, str(outcome))
        filing = self.filing(turn)
        try:
            filed = await file_once(filing, key=filing_key(turn, self.task), turn=turn)
        except ServiceError as err:
            speaking.say_error(dispatcher, err)
            return [*finished(turn), _to_person(f"{learnt.label(self.task)}没能登记")]
        return self.tell(dispatcher, turn, filed)

    def filing(self, turn: Turn) -> Filing:
        raise NotImplementedError

    async def ended(self, dispatcher: CollectingDispatcher, turn: Turn, outcome: str) -> Events:
        """The form ended without an order."""
        if outcome == "billing_down":
            speaking.say(dispatcher, "utter_billing_down")
            return finished(turn)
        speaking.say(dispatcher, "utter_identity_declined" if outcome == "declined" else "utter_anything_else")
        return finished(turn)

    def tell(self, dispatcher: CollectingDispatcher, turn: Turn, filed: Filed) -> Events:
        label = learnt.label(self.task)
        if filed.order is None:
            speaking.say(dispatcher, "utter_filing_kept" if filed.is_kept else "utter_filing_lost")
            events = finished(turn, done=f"{label}已留存待登记" if filed.is_kept else None)
            return events if filed.is_kept else [*events, _to_person(f"{label}没能登记")]
        order = filed.order
        values = {**speaking.order_no_of(order.order_no), **speaking.by_of(order.deadline_at)}
        self.say_filed(dispatcher, turn, values)
        speaking.card(dispatcher, "order", order_card(order))
        phone = contact_of(turn.slots, turn)
        last = {"order_no": order.order_no, "phone_last4": phones.last4(phone) if phone else None}
        return [
            *finished(turn, done=f"{label}已登记 {order.order_no}"),
            SlotSet("last_order", last),
            *self.afterwards(turn),
        ]

    def say_filed(self, dispatcher: CollectingDispatcher, turn: Turn, values: Mapping[str, Any]) -> None:
        speaking.say(dispatcher, f"utter_filed_{self.task}", **values)

    def afterwards(self, turn: Turn) -> Events:
        """Events after the order stands."""
        return []


def _to_person(reason: str) -> dict[str, Any]:
    return SlotSet("wants_person", {"reason": reason, "skill": "business"})  # type: ignore[no-any-return]


class ActionAskServiceConfirmed(Action):
    """Read back what will be filed; after an amendment only what changed."""

    def name(self) -> str:
        return "action_ask_service_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        slots = tracker.slots
        amended, phone, task = slots.get("service_amended"), slots.get("service_phone"), str(slots.get("task"))
        shown = speaking.phone_of(phone) if phone not in (None, CURRENT, SKIPPED) else None
        what = str(slots.get("service_summary") or learnt.label(task))
        if amended == "what":
            speaking.say(dispatcher, "utter_ask_service_amend")
        elif amended == "phone" and shown:
            speaking.say(dispatcher, "utter_amended_service_phone", **shown)
        elif amended:
            speaking.say(dispatcher, "utter_amended_service", what=what)
        else:
            account = str(slots.get("account_no") or "")
            values = {"label": learnt.label(task), "what": what, **speaking.tail_of(account)}
            response = "utter_ask_service_confirmed" if shown else "utter_ask_service_confirmed_no_phone"
            speaking.say(dispatcher, response, **values, **(shown or {}))
        return []


def clean(text: str, most: int = 60) -> str:
    """A customer's words as part of a sentence."""
    kept = re.sub(r"[\s。！!？?；;]+$", "", text.strip())
    return kept[:most] + ("……" if len(kept) > most else "")


async def masked_name(account_no: str, subject: str) -> str | None:
    """王*明, for whoever pays; None when billing does not say."""
    try:
        return (await services.billing().account(account_no, subject=subject)).account_name
    except ServiceError:
        return None
