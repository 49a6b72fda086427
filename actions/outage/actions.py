"""What is done when a fault report, an emergency, an outage query or a subscription is complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import corrections, learnt, services, speaking
from actions.done import finished
from actions.filing import CHANNELS, Filed, fault_filing, file_once, filing_key
from actions.forms import SKIPPED
from actions.outage import words
from actions.outage.filed import ActionCorrectOrder
from actions.outage.phone import CURRENT
from actions.outage.places import outages_at
from actions.smalltalk.asides import offer
from actions.turn import Turn, turn_of
from clients.ticketing.protocol import FaultReport, Order
from clients.ticketing.words import HAZARD_ZH, SYMPTOM_OF
from kernel import clock
from kernel import phone as phones
from kernel.account_no import last4
from kernel.errors import Rejected, ServiceError
from kernel.numbers_zh import speak_digits

Events = list[dict[str, Any]]


class ActionFileFaultReport(Action):
    """File the fault report the form collected, once; or tell the outage that explains it."""

    def name(self) -> str:
        return "action_file_fault_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn, outcome = turn_of(tracker), tracker.get_slot("task_outcome")
        if outcome == "solved":
            speaking.say(dispatcher, "utter_fault_solved")
            return [*finished(turn, done="引导合闸，已来电，没有建单"), SlotSet("fault_solved", True)]
        if outcome == "appliance":
            return _warn_of_appliance(dispatcher, turn)
        if outcome == "known":
            return await self._tell_known(dispatcher, turn)
        report = fault_report_from(turn)
        try:
            filed = await file_once(fault_filing(report), key=filing_key(turn, "fault"), turn=turn)
        except Rejected:
            speaking.say(dispatcher, "utter_filing_lost")
            wish = {"reason": "报修单没能登记：缺联系电话或地址", "skill": "general"}
            return [*finished(turn), SlotSet("wants_person", wish)]
        return tell_filed(dispatcher, turn, filed, phone=report.contact_phone)

    async def _tell_known(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        place = str(turn.slots.get("outage_looked_up") or "")
        running = next((o for o in await outages_at(place) if o.is_running), None)
        if running is None:
            speaking.say(dispatcher, "utter_service_unavailable")
            return finished(turn)
        speaking.say(dispatcher, words.response_of(running), **words.variables_of(running))
        speaking.card(dispatcher, "outage", outage_card(running))
        done = f"已告知 {running.community} 停电 {running.outage_no}"
        return finished(turn, done=done, next_task="outage_subscribe", keep=("outage_known", "outage_looked_up"))


def _warn_of_appliance(dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    """The house has power and one appliance leaks: it stays unplugged, and paid help is offered."""
    appliance = str(turn.slots.get("fault_appliance") or "那个电器")
    speaking.say(dispatcher, "utter_fault_appliance", appliance=appliance)
    opening = {"text": f"有偿上门检修，{appliance}一插就跳闸", "entities": [], "intent": {"name": "callback_request"}}
    return [
        *finished(turn, done=f"{appliance}漏电跳闸，已提醒停用"),
        offer("callback_request", opening=opening, declined="utter_keep_unplugged"),
    ]


def fault_report_from(turn: Turn) -> FaultReport:
    """The report as the ticketing system takes it."""
    slots = turn.slots
    phone = slots.get("fault_contact_phone")
    symptom = slots.get("fault_symptom") or "停电"
    scope = slots.get("fault_scope")
    summary = f"{symptom}{'，' + scope if scope and scope != SKIPPED else ''}"
    return FaultReport(
        address=slots.get("fault_address"),
        contact_phone=phone if phone not in (None, CURRENT, SKIPPED) else turn.known_phone,
        symptom=SYMPTOM_OF.get(symptom, "all_out"),
        channel=CHANNELS.get(turn.channel, "web_chat"),  # type: ignore[arg-type]
        account_no=slots.get("fault_account_no"),
        caller_phone=turn.known_phone if turn.is_phone else None,
        is_neighbour_out=_neighbours(slots.get("fault_neighbour"), scope),
        is_breaker_tripped=_yes_no(slots.get("fault_breaker")),
        summary=summary,
        identity_level="L0",
    )


def _yes_no(value: Any) -> Any:
    return value if value in ("yes", "no") else "unknown"


def _neighbours(said: Any, scope: str | None) -> Any:
    if scope in ("整栋", "整片"):
        return "yes"
    return "no" if scope == "一户" else _yes_no(said)


def tell_filed(dispatcher: CollectingDispatcher, turn: Turn, filed: Filed, *, phone: str | None) -> Events:
    """The number and when somebody is there; or that it is kept and will be filed."""
    order = filed.order
    if order is None:
        speaking.say(dispatcher, "utter_filing_kept" if filed.is_kept else "utter_filing_lost")
        if not filed.is_kept:
            return [
                *finished(turn),
                SlotSet("wants_person", {"reason": "工单系统连不上，报修没能登记", "skill": "general"}),
            ]
        return finished(turn, done="工单系统连不上，报修已留存待登记")
    eta = speaking.time_of("eta", order.eta_restore_at) if order.eta_restore_at else {}
    speaking.say(dispatcher, response_of(order), **speaking.order_no_of(order.order_no), **on_site_of(order), **eta)
    speaking.card(dispatcher, "order", order_card(order))
    return [*finished(turn, done=f"已登记 {order.order_no}"), SlotSet("last_order", last_order(order, phone))]


def response_of(order: Order) -> str:
    """A report may stand already, or belong to an outage of its whole area (whose time may have passed)."""
    if order.duplicate_of:
        return "utter_fault_already_filed"
    if order.status != "merged":
        return "utter_fault_filed"
    has_time = order.eta_restore_at is not None and order.eta_restore_at > clock.now()
    return "utter_fault_joined" if has_time else "utter_fault_joined_no_time"


def on_site_of(order: Order) -> dict[str, str]:
    """When the crew is there at the latest, as the ticketing system promised it."""
    at = order.on_site_by or order.deadline_at
    return speaking.time_of("on_site_by", at) if at else {"on_site_by": "尽快", "on_site_by_spoken": "尽快"}


def last_order(order: Order, phone: str | None) -> dict[str, Any]:
    return {"order_no": order.order_no, "phone_last4": phones.last4(phone) if phone else None}


def order_card(order: Order) -> dict[str, Any]:
    return {
        "order_no": order.order_no,
        "type": order.type_label,
        "status": order.status_label,
        "on_site_by": order.on_site_by.isoformat() if order.on_site_by else None,
        "deadline_at": order.deadline_at.isoformat() if order.deadline_at else None,
    }


def outage_card(outage: Any) -> dict[str, Any]:
    return {
        "outage_no": outage.outage_no,
        "kind": outage.kind,
        "where": outage.scope or outage.community,
        "cause": outage.cause,
        "households": outage.households,
        "crew": outage.crew_state_label,
        "eta_restore_at": outage.eta_restore_at.isoformat() if outage.eta_restore_at else None,
        "off_at": outage.off_at.isoformat() if outage.off_at else None,
        "on_at": outage.on_at.isoformat() if outage.on_at else None,
    }


class ActionFileEmergency(Action):
    """File at priority 1 at once, nobody identified, nothing read back; then a person takes over."""

    def name(self) -> str:
        return "action_file_emergency"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        hazard, place = str(turn.slots.get("emergency_hazard") or "unclear"), turn.slots.get("emergency_place")
        phone = turn.slots.get("emergency_phone") or turn.known_phone
        report = FaultReport(
            address=place,
            contact_phone=phone,
            symptom="line_damage" if hazard in ("line_down", "pole_fallen", "tree", "flood") else "sparks",
            hazard_kind=hazard if hazard in HAZARD_ZH else "none",
            channel=CHANNELS.get(turn.channel, "web_chat"),  # type: ignore[arg-type]
            caller_phone=turn.known_phone if turn.is_phone else None,
            is_life_support=hazard == "life_support",
            summary=f"{HAZARD_ZH.get(hazard, '险情')}：{turn.slots.get('emergency_words') or ''}"[:200],
            identity_level="L0",
        )
        if hazard == "life_support":
            report = replace(report, symptom="all_out")
        try:
            filed = await file_once(fault_filing(report), key=filing_key(turn, "emergency"), turn=turn)
        except Rejected:
            filed = Filed(None)
        events = self._tell(dispatcher, turn, filed)
        summary = learnt.summary(
            {**turn.slots, **{e["name"]: e["value"] for e in events if e.get("event") == "slot"}}, "险情"
        )
        speaking.signal(dispatcher, "handoff", reason="险情", skill="emergency", summary=summary)
        return events

    def _tell(self, dispatcher: CollectingDispatcher, turn: Turn, filed: Filed) -> Events:
        facts = ("emergency_place", "emergency_hazard")
        if filed.order is None:
            speaking.say(dispatcher, "utter_emergency_kept")
            return finished(turn, done="险情单待登记", keep=facts)
        order = filed.order
        is_first = order.priority == 1
        response = "utter_emergency_filed" if is_first else "utter_emergency_filed_urgent"
        minutes = _minutes_to(order)
        speaking.say(dispatcher, response, **speaking.order_no_of(order.order_no), minutes=minutes)
        speaking.card(dispatcher, "order", order_card(order))
        return [
            *finished(turn, done=f"{'一级' if is_first else '加急'}派单 {order.order_no}", keep=facts),
            SlotSet("last_order", last_order(order, turn.known_phone)),
        ]


def _minutes_to(order: Order) -> str:
    at = order.on_site_by or order.deadline_at
    if at is None:
        return "最快时间"
    left = (at - (order.registered_at or clock.now())) + timedelta(seconds=30)
    return f"{max(int(left.total_seconds() // 60), 1)}分钟"


class ActionTellOutage(Action):
    """Running and planned outages of the place that was named."""

    def name(self) -> str:
        return "action_tell_outage"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        place = str(turn.slots.get("outage_area"))
        try:
            found = list(await services.ticketing().outages(q=place))
        except ServiceError:
            speaking.say(dispatcher, "utter_outage_system_down")
            return finished(turn)
        if not found:
            speaking.say(dispatcher, "utter_outage_none", place=place)
            return finished(turn, done=f"{place} 没有停电记录")
        for outage in found[:2]:
            speaking.say(dispatcher, words.response_of(outage), **words.variables_of(outage))
            speaking.card(dispatcher, "outage", outage_card(outage))
        events = finished(
            turn, done=f"已告知 {found[0].community} 停电", next_task="outage_subscribe", keep=("outage_area",)
        )
        return [*events, SlotSet("outage_known", words.facts_of(found[0]))]


class ActionSubscribe(Action):
    """Put the phone on the outage's list."""

    def name(self) -> str:
        return "action_subscribe"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        known, phone = turn.slots.get("outage_known") or {}, turn.slots.get("subscribe_phone")
        if turn.slots.get("task_outcome") == "declined" or phone in (None, SKIPPED) or not known:
            speaking.say(dispatcher, "utter_subscribe_declined")
            return finished(turn)
        if phone == CURRENT:
            speaking.say(dispatcher, "utter_subscribe_here")
            return finished(turn, done="来电通知：原渠道")
        try:
            await services.ticketing().subscribe(known["outage_no"], phone, key=filing_key(turn, "subscribe"))
        except ServiceError as err:
            speaking.say_error(dispatcher, err)
            return finished(turn)
        speaking.say(dispatcher, "utter_subscribed", community=known["community"], **speaking.phone_of(phone))
        return finished(turn, done=f"已登记来电通知 {phones.mask(phone)}")


class ActionAskContact(Action):
    """Ask for the phone of a form: the known one is offered, the third time a way without one."""

    def __init__(self, form: str, slot: str) -> None:
        self._name = f"action_ask_{form}_{slot}"

    def name(self) -> str:
        return self._name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn, attempt = turn_of(tracker), int(tracker.get_slot("attempt") or 0)
        if part := tracker.get_slot("heard_part"):
            speaking.say(dispatcher, "utter_go_on_with_digits", part=part, part_spoken=speak_digits(str(part)))
        elif turn.known_phone and attempt < 2:
            speaking.say(dispatcher, "utter_ask_phone_known", **speaking.phone_of(turn.known_phone))
        elif attempt == 0:
            speaking.say(dispatcher, "utter_ask_phone_repair" if "fault" in self._name else "utter_ask_phone")
        elif attempt == 1:
            speaking.say(dispatcher, "utter_ask_phone_again", count=tracker.get_slot("heard_digits") or 0)
        else:
            speaking.say(dispatcher, "utter_ask_phone_third")
        return []


class ActionAskFaultConfirmed(Action):
    """Read the report back; after an amendment only what changed."""

    def name(self) -> str:
        return "action_ask_report_fault_form_fault_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        slots = tracker.slots
        amended, attempt = slots.get("fault_amended"), int(slots.get("attempt") or 0)
        if amended == "what":
            speaking.say(dispatcher, "utter_ask_what_to_amend")
        elif amended:
            speaking.say(dispatcher, "utter_amended", **corrections.told(amended, slots))
        elif attempt:
            speaking.say(dispatcher, "utter_ask_fault_confirmed_again")
        else:
            speaking.say(dispatcher, "utter_ask_fault_confirmed", **_read_back(slots))
        return []


def _read_back(slots: Mapping[str, Any]) -> dict[str, str]:
    """`address`, `symptom` and `phone` as they are read back, each for the eye and the ear."""
    phone, scope = slots.get("fault_contact_phone"), slots.get("fault_scope")
    shown = (
        speaking.phone_of(phone)
        if phone not in (None, CURRENT, SKIPPED)
        else {"phone": "就用现在这个", "phone_spoken": "就用现在这个"}
    )
    symptom = str(slots.get("fault_symptom"))
    if symptom == "停电" and scope in (None, SKIPPED, "一户"):
        symptom = "全屋停电"
    return {**shown, **_address_of(slots), "symptom": f"{scope}{symptom}" if scope in ("整栋", "整片") else symptom}


def _address_of(slots: Mapping[str, Any]) -> dict[str, str]:
    address, account = str(slots.get("fault_address")), slots.get("fault_account_no")
    if account and "户号" in address:
        return {"address": address, "address_spoken": f"户号尾号{speak_digits(last4(account))}的用电地址"}
    return {"address": address}


class ActionAskLifeSupport(Action):
    """我家有个病人, told of a known outage: is there a machine somebody lives by?"""

    def name(self) -> str:
        return "action_ask_life_support"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        speaking.say(dispatcher, "utter_ask_life_support")
        opening = {"text": "家里的制氧机停电了", "entities": [], "intent": {"name": "fault_emergency"}}
        return [offer("fault_emergency", opening=opening, declined="utter_wait_tips")]


def everything() -> list[Action]:
    return [
        ActionFileFaultReport(),
        ActionFileEmergency(),
        ActionTellOutage(),
        ActionSubscribe(),
        ActionAskContact("report_fault_form", "fault_contact_phone"),
        ActionAskContact("subscribe_form", "subscribe_phone"),
        ActionAskContact("request_form", "request_phone"),
        ActionAskFaultConfirmed(),
        ActionAskLifeSupport(),
        ActionCorrectOrder(),
    ]
