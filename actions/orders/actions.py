"""How far an order is, and pushing it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import services, speaking
from actions.account.identity import proved_account, ticket_proof
from actions.done import finished
from actions.filing import filing_key
from actions.forms import SKIPPED
from actions.outage.actions import order_card
from actions.turn import Turn, turn_of
from clients.ticketing.protocol import IdentityProof, Order, Urge
from kernel import clock
from kernel import phone as phones
from kernel.errors import Conflict, NotAllowed, NotFound, ServiceError, TooMany
from kernel.speech import speak_order_no, speakable

Events = list[dict[str, Any]]
MOST_WRONG = 3
MOST_LISTED = 3


def progress_of(order: Order) -> tuple[str, str]:
    """The sentence of where the order is, for eye and ear: times and team as the ticketing system gives them."""
    steps = [f"{step.at:%H:%M} {step.status_label}" for step in order.timeline[-3:]]
    text = "，".join(steps) if steps else f"现在是“{order.status_label}”"
    if order.owner_team and order.is_open:
        text += f"，{order.owner_team}在办"
    if order.is_open and order.on_site_by:
        text += f"，{speaking.time_of('t', order.on_site_by)['t']} 前到场"
        text += "，已经超时了，对不起" if order.is_overdue else ""
    elif order.is_open and order.deadline_at:
        text += f"，{speaking.time_of('t', order.deadline_at)['t']} 前答复"
    return text, speakable(text)


class OrderAction(Action):
    """What progress and urging share: proof of the order, and every way it can fail."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        outcome = turn.slots.get("task_outcome")
        if outcome == "by_identity":
            return await _tell_list(dispatcher, turn)
        if outcome == "by_code":
            return await _by_code(dispatcher, turn)
        if outcome == "by_phone":
            return await _by_this_phone(dispatcher, turn)
        if outcome == "no_number":
            speaking.say(dispatcher, "utter_progress_by_identity")
            return finished(turn, next_task="list_orders")
        try:
            return await self.do(dispatcher, turn, str(turn.slots.get("progress_order_no")))
        except (NotAllowed, NotFound):
            return self._not_this_one(dispatcher, turn)
        except TooMany:
            speaking.say(dispatcher, "utter_progress_failed")
            return [*finished(turn), SlotSet("wants_person", {"reason": "查单核对三次不符", "skill": "identity"})]
        except ServiceError as err:
            speaking.say(dispatcher, "utter_ticketing_down" if err.retryable else err.says)
            return finished(turn)

    async def do(self, dispatcher: CollectingDispatcher, turn: Turn, order_no: str) -> Events:
        raise NotImplementedError

    def _not_this_one(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Number unknown or phone another: one sentence for both, so nothing is given away; then asked again."""
        wrong = int(turn.slots.get("progress_wrong") or 0) + 1
        if wrong >= MOST_WRONG:
            speaking.say(dispatcher, "utter_progress_failed")
            return [
                *finished(turn),
                SlotSet("progress_wrong", 0),
                SlotSet("wants_person", {"reason": "查单核对三次不符", "skill": "identity"}),
            ]
        speaking.say(dispatcher, "utter_progress_not_matched")
        task = str(turn.slots.get("task") or "ticket_progress")
        return [*finished(turn, next_task=task), SlotSet("progress_wrong", wrong), SlotSet("last_order", None)]

    async def order_of(self, turn: Turn, order_no: str) -> Order:
        return await services.ticketing().get_order(
            order_no,
            phone_last4=turn.slots.get("progress_phone_last4"),
            identity=ticket_proof(turn.slots, turn.conversation_id),
        )


async def _by_code(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """How far a whistle-blowing is, for whoever holds its code; nothing that leads to anybody."""
    code = str(turn.slots.get("progress_order_no"))
    try:
        found = await services.ticketing().whistle_blow_progress(code)
    except NotFound:
        speaking.say(dispatcher, "utter_code_unknown")
        return finished(turn)
    except ServiceError as err:
        speaking.say(dispatcher, "utter_ticketing_down" if err.retryable else err.says)
        return finished(turn)
    ends = found.get("deadline_at")
    by = speaking.by_of(datetime.fromisoformat(str(ends)) if ends else None, "10 日内")
    speaking.say(dispatcher, "utter_code_progress", status=str(found.get("status_label") or "在办"), **by)
    return finished(turn)


async def _by_this_phone(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """Whoever calls is not asked for a number: their phone finds the account, a code to it proves them."""
    phone = str(turn.known_phone)
    events = finished(turn, next_task="list_orders")
    try:
        found = await services.billing().search(phone=phone, subject=turn.conversation_id)
        if len(found) != 1:
            return events
        sent = await services.billing().challenge(
            account_no=found[0].account_no,
            phone_last4=phones.last4(phone),
            subject=turn.conversation_id,
            key=filing_key(turn, "challenge"),
        )
    except ServiceError:
        return events  # the account is then asked for, as of anybody
    speaking.say(dispatcher, "utter_progress_by_this_phone")
    told = {
        "account_no": found[0].account_no,
        "account_confirmed": SKIPPED,
        "identity_phone_last4": phones.last4(phone),
        "identity_challenge": {"id": sent.challenge_id, "phone": sent.masked_phone},
        "codes_sent": int(turn.slots.get("codes_sent") or 0) + 1,
    }
    return [*events, *(SlotSet(name, value) for name, value in told.items())]


class ActionTellProgress(OrderAction):
    def name(self) -> str:
        return "action_tell_progress"

    async def do(self, dispatcher: CollectingDispatcher, turn: Turn, order_no: str) -> Events:
        order = await self.order_of(turn, order_no)
        text, speech = progress_of(order)
        response = "utter_progress" if order.is_open else "utter_progress_ended"
        speaking.say(dispatcher, response, progress=text, progress_spoken=speech)
        speaking.card(dispatcher, "order", order_card(order))
        last = {"order_no": order.order_no, "phone_last4": turn.slots.get("progress_phone_last4")}
        return [
            *finished(turn, done=f"已告知 {order.order_no} 进度"),
            SlotSet("last_order", last),
            SlotSet("progress_wrong", 0),
        ]


class ActionUrge(OrderAction):
    """Never only 会尽快: where it is, whether it is late, and by when the team answers."""

    def name(self) -> str:
        return "action_urge"

    async def do(self, dispatcher: CollectingDispatcher, turn: Turn, order_no: str) -> Events:
        order = await self.order_of(turn, order_no)
        reason, note = urged_because(turn, order)
        try:
            urge = await services.ticketing().urge(
                order_no,
                key=filing_key(turn, "urge"),
                phone_last4=turn.slots.get("progress_phone_last4"),
                identity=ticket_proof(turn.slots, turn.conversation_id),
                reason=reason,
                note=note,
            )
        except Conflict:
            speaking.say(
                dispatcher, "utter_urge_closed", status=order.status_label, **speaking.order_no_of(order.order_no)
            )
            return finished(turn)
        self._tell(dispatcher, urge)
        last = {"order_no": order.order_no, "phone_last4": turn.slots.get("progress_phone_last4")}
        return [
            *finished(turn, done=f"已催办 {order.order_no}（第 {urge.urge_count} 次）"),
            SlotSet("last_order", last),
            SlotSet("progress_wrong", 0),
        ]

    @staticmethod
    def _tell(dispatcher: CollectingDispatcher, urge: Urge) -> None:
        order = urge.order
        text, speech = progress_of(order)
        values = {**speaking.order_no_of(order.order_no), "progress": text, "progress_spoken": speech}
        response = "utter_urged_overdue" if order.is_overdue else "utter_urged"
        if not urge.recorded:
            response = "utter_urged_lately"
        elif urge.escalation_level >= 2:
            response = "utter_urged_to_leader"
        speaking.say(dispatcher, response, **values, **speaking.by_of(urge.reply_by, "很快"))


_LIFE = re.compile(r"呼吸机|制氧|透析|吸氧|救命|心脏病|病人.{0,6}(设备|机器)")
_WORSE = re.compile(
    r"老人|孩子|小孩|婴儿|宝宝|孕妇|病人|发烧|冷得|冻|热得|冰箱|更(严重|大|暗|厉害)|扩大|越来越|进水|又坏|整栋|全楼"
)


def urged_because(turn: Turn, order: Order) -> tuple[str, str | None]:
    """Why it is pushed, and what has changed in the customer's words: life, worse, late, or only asked for."""
    words = str(turn.slots.get("urge_words") or "")
    if _LIFE.search(words):
        return "life_need", words[:200]
    if _WORSE.search(words):
        return "worse", words[:200]
    return ("overdue", None) if order.is_overdue else ("asking", None)


async def _orders_of(turn: Turn, account: str, proof: IdentityProof) -> list[Order]:
    """Of the proved account, and of the phone it is called from: many report without a number at hand. Newest first."""
    found = list(await services.ticketing().list_orders(account_no=account, identity=proof, limit=MOST_LISTED))
    if phone := turn.known_phone:
        found += await services.ticketing().list_orders(
            contact_phone=phone, phone_last4=phones.last4(phone), limit=MOST_LISTED
        )
    once = {order.order_no: order for order in found}
    newest = sorted(once.values(), key=lambda o: (o.is_open, o.registered_at or clock.now()), reverse=True)
    return newest[:MOST_LISTED]


async def _tell_list(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    proof = ticket_proof(turn.slots, turn.conversation_id)
    account = proved_account(turn.slots)
    if proof is None or account is None:
        speaking.say(dispatcher, "utter_identity_expired")
        return finished(turn)
    try:
        found = await _orders_of(turn, account, proof)
    except ServiceError as err:
        speaking.say(dispatcher, "utter_ticketing_down" if err.retryable else err.says)
        return finished(turn)
    if not found:
        speaking.say(dispatcher, "utter_orders_none")
        return finished(turn)
    speaking.say(dispatcher, "utter_orders_found", count=len(found))
    for order in found:
        text, speech = progress_of(order)
        speaking.say(
            dispatcher,
            "utter_order_line",
            **speaking.order_no_of(order.order_no),
            progress=text,
            progress_spoken=speech,
            kind=order.type_label or speak_order_no(order.order_no).split("，")[0],
        )
    told = [{"order_no": order.order_no, "order_type": order.order_type} for order in found]
    last = {"order_no": found[0].order_no, "phone_last4": None, "told": told}
    return [*finished(turn, done=f"已念 {len(found)} 张工单"), SlotSet("last_order", last)]


class ActionListOrders(Action):
    """The orders of the proved account."""

    def name(self) -> str:
        return "action_list_orders"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        if turn.slots.get("task_outcome") in ("declined", "billing_down"):
            speaking.say(dispatcher, "utter_progress_needs_proof")
            return finished(turn)
        return await _tell_list(dispatcher, turn)


def everything() -> list[Action]:
    return [ActionTellProgress(), ActionUrge(), ActionListOrders()]
