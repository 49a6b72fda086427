"""Changing an account: bind it, find its number, another phone, another owner, pause or close."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.account.change_kinds import CHANGES, OFFERED, Change, kind_of
from actions.account.filed import FILED_STEPS, ActionFileService, Amended, FiledForm, clean, filing_of
from actions.account.identity import proved_account, token_of
from actions.account.steps import ACCOUNT_STEPS, BOUND_CHANNELS, PROOF_STEPS
from actions.done import finished
from actions.filing import Filing, filing_key
from actions.forms import SKIPPED, Draft
from actions.orders.services import service
from actions.turn import Turn, turn_of
from kernel import account_no as accounts
from kernel import clock
from kernel import phone as phones
from kernel.dates_zh import periods_in
from kernel.errors import Conflict, NotFound, ServiceError
from kernel.numbers_zh import int_of

Events = list[dict[str, Any]]
OWN_STEPS = ("change_name", "change_phone", "change_period", "change_value", "change_sure")
_NAME_LEAD = re.compile(
    r"^(新户主|新名字|名字|姓名|户名|我|他|她|改成|过给|过到|过户给|更名为|叫|是|给|：|:|，|,|的|就)+"
)
_NAME = re.compile(r"^[\u4e00-\u9fff·]{2,20}$")
_REFUND = re.compile(r"退|余额|剩.{0,3}钱|余款")
PEOPLE_AT_LEAST = 5


class ChangeForm(FiledForm):
    form = "change_form"
    slots = ("change_kind", *ACCOUNT_STEPS, *PROOF_STEPS, *OWN_STEPS, *FILED_STEPS)
    confirms_kept = True

    async def read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if kind := kind_of(turn):
            draft["change_kind"] = kind
            if kind == "close" and _REFUND.search(turn.text):
                speaking.say(dispatcher, "utter_close_needs_person")
                draft["change_value"] = clean(turn.text)
                draft.to_person("销户退余额，要核身份证", "business")
                return
            if turn.text and not turn.entity("account_no"):
                self._tell_materials(kind, draft, dispatcher)
            if kind == "find":
                draft["account_lookup"] = draft["account_lookup"] or "asked"
            self._read_values(turn, draft, kind)

    @staticmethod
    def _tell_materials(kind: str, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Once, whole, with how long it takes (service-catalogue 1.4)."""
        if not draft["change_told"]:
            row = service(CHANGES[kind].service or "")
            if row:
                speaking.say(dispatcher, "utter_service_told", told=row.told, told_spoken=row.speech)
            elif kind in ("bind", "unbind", "find"):
                speaking.say(dispatcher, f"utter_change_{kind}")
            draft["change_told"] = "yes"

    def _change(self, draft: Draft) -> Change:
        return CHANGES.get(str(draft["change_kind"] or ""), CHANGES["other"])

    def wants_proof(self, draft: Draft) -> bool:
        return self._change(draft).needs_proof and not draft["change_unproved"]

    def decline(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Without a proof nothing is told or bound; what a person finishes is taken down all the same."""
        if draft["account_no"] is None or self._change(draft).apply_type is None:
            draft.finish("declined")
            return
        draft["change_unproved"] = "yes"
        draft.skip(*PROOF_STEPS)
        speaking.say(dispatcher, "utter_change_without_proof")

    async def read_own(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "change_kind":
            self._read_kind(turn, draft, dispatcher)
        elif asked == "change_sure":
            if reading.is_yes(turn) or "解绑" in turn.text:
                draft["change_sure"] = "yes"
            elif reading.is_no(turn):
                draft.finish("kept")
        else:
            await super().read_own(turn, draft, asked, dispatcher)

    def _read_kind(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        kind = kind_of(turn)
        if kind is None and int(draft["attempt"] or 0) >= 1 and len(turn.text.strip()) >= 2:
            kind, draft["change_value"] = "other", clean(turn.text)
        if kind:
            draft["change_kind"] = kind
            self._tell_materials(kind, draft, dispatcher)
            self._read_values(turn, draft, kind)

    def _owns_phone(self, turn: Turn) -> bool:
        return turn.slots.get("change_kind") == "contact"

    def read_field(self, turn: Turn, draft: Draft, asked: str | None) -> Amended:
        kind, text = str(draft["change_kind"]), turn.text.strip()
        if asked == "change_phone" or (asked is None and kind == "contact"):
            return self._read_new_phone(turn, draft)
        if asked == "change_name" or (asked is None and "change_name" in CHANGES[kind].asks):
            name = turn.entity("person_name") or _NAME_LEAD.sub("", re.split(r"[，,。；;]", text)[-1])
            if _NAME.match(name) and not reading.is_yes(turn) and not reading.is_no(turn) and "电话" not in text:
                draft["change_name"] = name
                return "name"
        if asked == "change_period" or (asked is None and "change_period" in CHANGES[kind].asks):
            found = [p.value for p in periods_in(text, clock.today(), ahead=True)]
            if found:
                draft["change_period"] = "/".join(found) if len(found) > 1 else found[0]
                return "period"
        if asked == "change_value":
            return self._read_value(turn, draft, kind)
        return None

    def _read_values(self, turn: Turn, draft: Draft, kind: str) -> None:
        if kind == "contact":
            self._read_new_phone(turn, draft)
        if kind in ("suspend", "resume") and (
            found := [p.value for p in periods_in(turn.text, clock.today(), ahead=True)]
        ):
            draft["change_period"] = "/".join(found[:2])
        if kind == "transfer" and (name := turn.entity("person_name")):
            draft["change_name"] = name

    @staticmethod
    def _read_new_phone(turn: Turn, draft: Draft) -> Amended:
        old, tail = draft.known("change_phone"), reading.tail4(turn)
        new = reading.contact_phone(turn) or (f"{old[:-4]}{tail}" if old and tail and len(old) == 11 else None)
        draft["heard_digits"] = len(reading.digits(turn))
        if new:
            draft["change_phone"] = new
            return "phone_kept"
        return None

    @staticmethod
    def _read_value(turn: Turn, draft: Draft, kind: str) -> Amended:
        text = turn.text.strip()
        if kind == "household":
            count = int_of(re.sub(r"[^0-9一二三四五六七八九十两]", "", text)) or 0
            if count >= PEOPLE_AT_LEAST:
                draft["change_value"] = f"{count} 人"
                return "value"
            return None
        if len(text) >= 2 or reading.is_no(turn):
            draft["change_value"] = SKIPPED if reading.is_no(turn) else clean(text)
            return "value"
        return None

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["change_kind"] is None:
            draft["service_summary"] = None
            return
        change = self._change(draft)
        draft.skip(*(slot for slot in (*OWN_STEPS, *FILED_STEPS) if slot not in change.asks))
        if draft["change_kind"] == "unbind" and draft["account_no"] is None:
            await self._only_bound(turn, draft)
        if not draft.is_finished:
            await super().settle(turn, draft, dispatcher)

    async def _only_bound(self, turn: Turn, draft: Draft) -> None:
        if not turn.visitor_id or turn.channel not in BOUND_CHANNELS:
            draft.finish("not_here")
            return
        try:
            bound = await services.billing().bound(turn.visitor_id)
        except ServiceError:
            draft.finish("billing_down")
            return
        if not bound:
            draft.finish("nothing_bound")

    def _must_confirm(self, turn: Turn, draft: Draft) -> bool:
        if draft["change_kind"] == "unbind":
            return False  # asked by change_sure
        if draft["change_kind"] in ("bind", "find") and draft["account_source"] == "bound":
            return True
        return super()._must_confirm(turn, draft)

    async def _know_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Binding is of an account not bound yet, so the bound one is not taken for it."""
        if draft["change_kind"] in ("bind", "find") and draft["account_no"] is None:
            return
        await super()._know_account(turn, draft, dispatcher)

    async def with_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        account = str(draft["account_no"])
        if not self._change(draft).tells_arrears or draft["change_arrears"] == account:
            return
        draft["change_arrears"] = account
        try:
            due = await services.billing().due(account, subject=turn.conversation_id)
        except NotFound:
            self._wrong_number(draft, dispatcher, "utter_account_unknown")
            draft["change_arrears"] = None
            return
        except ServiceError:
            return  # the person who finishes it looks
        response = "utter_change_owes" if due.total_fen > 0 else "utter_change_owes_nothing"
        speaking.say(dispatcher, response, **speaking.amount_of("amount", due.total_fen))

    def summary(self, draft: Draft) -> str:
        change = self._change(draft)
        parts = [change.label]
        if name := draft.known("change_name"):
            parts.append(f"{'新户主' if draft['change_kind'] == 'transfer' else '新户名'} {name}")
        if phone := draft.known("change_phone"):
            parts.append(f"新号码 {phones.mask(phone)}")
        if period := draft.known("change_period"):
            parts.append(period.replace("/", " 到 "))
        if value := draft.known("change_value"):
            parts.append(value)
        return "，".join(parts)

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked == "change_kind":
            draft.to_person("户号业务，没说清哪一项", "business")
        elif asked in ("change_value", "change_period"):
            draft[asked] = SKIPPED
        else:
            await super().give_up(turn, draft, asked, dispatcher)


class ActionFileChange(ActionFileService):
    task = "account_change"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        kind = str(tracker.get_slot("change_kind") or "")
        if tracker.get_slot("task_outcome") or CHANGES.get(kind, CHANGES["other"]).apply_type:
            return await super().run(dispatcher, tracker, domain)
        try:
            return await _NOW[kind](dispatcher, turn)
        except ServiceError as err:
            speaking.say(dispatcher, "utter_billing_down" if err.retryable else err.says)
            return finished(turn)

    async def ended(self, dispatcher: CollectingDispatcher, turn: Turn, outcome: str) -> Events:
        if outcome in ("not_here", "nothing_bound", "kept"):
            speaking.say(dispatcher, f"utter_unbind_{outcome}")
            return finished(turn)
        return await super().ended(dispatcher, turn, outcome)

    def filing(self, turn: Turn) -> Filing:
        slots = turn.slots
        what = str(slots.get("service_summary") or "户号业务")
        kind = CHANGES.get(str(slots.get("change_kind")), CHANGES["other"])
        fields: dict[str, Any] = {"apply_type": kind.apply_type, "note": what[:500]}
        if (name := slots.get("change_name")) not in (None, SKIPPED):
            fields["applicant_name"] = name
        if (phone := slots.get("change_phone")) not in (None, SKIPPED):
            fields |= {"contact_phone": phone, "note": f"{what}（新号码 {phone}）"[:500]}
        return filing_of(turn, "apply", what, fields)

    def say_filed(self, dispatcher: CollectingDispatcher, turn: Turn, values: Mapping[str, Any]) -> None:
        change = CHANGES.get(str(turn.slots.get("change_kind")), CHANGES["other"])
        response = "utter_filed_change_person" if change.ends_with_person else "utter_filed_change"
        speaking.say(dispatcher, response, label=change.label, **values)

    def afterwards(self, turn: Turn) -> Events:
        change = CHANGES.get(str(turn.slots.get("change_kind")), CHANGES["other"])
        if not change.ends_with_person:
            return []
        wish = {"reason": f"{change.label}，要核身份证", "skill": "business"}
        return [SlotSet("wants_person", wish)]


async def _bind(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    account = proved_account(turn.slots)
    if account is None:
        speaking.say(dispatcher, "utter_identity_expired")
        return finished(turn)
    if not turn.visitor_id or turn.channel not in BOUND_CHANNELS:
        speaking.say(dispatcher, "utter_bind_elsewhere")
        return finished(turn)
    try:
        members = await services.billing().bind(
            account,
            visitor_id=turn.visitor_id,
            token=token_of(turn.slots),
            subject=turn.conversation_id,
            key=filing_key(turn, "bind"),
        )
    except Conflict:
        speaking.say(dispatcher, "utter_bind_full")
        return finished(turn)
    others = members - 1
    response = "utter_bound_with_others" if others else "utter_bound"
    speaking.say(dispatcher, response, others=str(others), members=str(members), **speaking.tail_of(account))
    return finished(turn, done=f"已绑定户号尾号 {accounts.last4(account)}")


async def _unbind(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    account = str(turn.slots.get("account_no"))
    try:
        await services.billing().unbind(account, visitor_id=str(turn.visitor_id), key=filing_key(turn, "unbind"))
    except NotFound:
        speaking.say(dispatcher, "utter_unbind_nothing_bound")
        return finished(turn)
    speaking.say(dispatcher, "utter_unbound", **speaking.tail_of(account))
    return [*finished(turn, done="已解绑户号"), SlotSet("identity_proof", None), SlotSet("account_no", None)]


async def _find(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    account = proved_account(turn.slots)
    if account is None:
        speaking.say(dispatcher, "utter_identity_expired")
        return finished(turn)
    speaking.say(dispatcher, "utter_account_found", account=account, account_spoken=accounts.speak(account))
    return finished(turn, done=f"已告知户号（尾号 {accounts.last4(account)}）")


_NOW = {"bind": _bind, "unbind": _unbind, "find": _find}


class ActionAskChangeKind(Action):
    def name(self) -> str:
        return "action_ask_change_kind"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        buttons = [{"title": CHANGES[kind].label, "payload": CHANGES[kind].label} for kind in OFFERED]
        speaking.say(dispatcher, "utter_ask_change_kind", buttons=buttons)
        return []


class ActionAskChangeValue(Action):
    """What is missing depends on the change."""

    def name(self) -> str:
        return "action_ask_change_value"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        kind = str(tracker.get_slot("change_kind"))
        own = {"close", "reduce", "category", "household"}
        speaking.say(dispatcher, f"utter_ask_change_value_{kind if kind in own else 'other'}")
        return []
