"""Filing what was taken down, once, and saying who answers by when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import learnt, services, speaking
from actions.done import finished
from actions.filing import CHANNELS, Filed, Filing, fault_filing, file_once, filing_key
from actions.forms import SKIPPED
from actions.orders import services as catalogue
from actions.orders import visits
from actions.orders.actions import progress_of
from actions.orders.fields import said
from actions.orders.kinds import KINDS, matter_of
from actions.orders.readback import label_of
from actions.outage.actions import order_card
from actions.outage.phone import CURRENT
from actions.turn import Turn, turn_of
from clients.ticketing.protocol import FaultReport, Order
from kernel import phone as phones
from kernel.errors import ServiceError
from kernel.speech import speak_letters_and_digits

Events = list[dict[str, Any]]


class ActionFileRequest(Action):
    """File what was taken down and say who answers by when."""

    def name(self) -> str:
        return "action_file_request"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        turn = turn_of(tracker)
        if turn.slots.get("task_outcome") == "declined":
            speaking.say(dispatcher, "utter_anything_else")
            return finished(turn)
        task = str(turn.slots.get("task"))
        await _make_safe(dispatcher, turn)
        turn = replace(turn, slots={**turn.slots, **await _team_of_praised(turn)})
        try:
            filed = await file_once(filing_of(turn, task), key=filing_key(turn, "request"), turn=turn)
            also = await _book_survey(turn, filed)
        except ServiceError as err:
            speaking.say_error(dispatcher, err)
            return [
                *finished(turn),
                SlotSet("wants_person", {"reason": f"{learnt.label(task)}没能登记", "skill": "business"}),
            ]
        return await tell_request_filed(dispatcher, turn, task, filed, also)


def filing_of(turn: Turn, task: str) -> Filing:
    """The order of this request out of its slots; a whistle-blower's account and address are left out."""
    slots = turn.slots
    matter = matter_of({**slots, "task": task}) or next(iter(KINDS[task].matters.values()))
    is_whistle = task == "whistleblow"
    common: dict[str, Any] = {
        "channel": CHANNELS.get(turn.channel, "web_chat"),
        "summary": "举报（内容见受限字段）" if is_whistle else _summary(slots, task),
        "contact_phone": _contact(turn, task),
        "contact_name": None if is_whistle else said(slots, "request_name"),
        "caller_phone": turn.known_phone if turn.is_phone and not is_whistle else None,
        "account_no": None if is_whistle else said(slots, "request_account_no"),
        "address": None if is_whistle else said(slots, "request_place"),
    }
    fields = {**common, **{name: value for name, value in matter.fields(slots).items() if value is not None}}
    return Filing(matter.order_type, {name: value for name, value in fields.items() if value is not None})


def _summary(slots: Any, task: str) -> str:
    told = said(slots, "request_what") or said(slots, "request_first_words") or ""
    return f"{label_of({**slots, 'task': task})}：{told}"[:200]


def _contact(turn: Turn, task: str) -> str | None:
    if task == "whistleblow" and turn.slots.get("request_anonymous") != "no":
        return None
    if task == "suggestion" and turn.slots.get("request_anonymous") == "yes":
        return None
    phone = turn.slots.get("request_phone")
    return str(phone) if phone not in (None, CURRENT, SKIPPED) else turn.known_phone


async def _make_safe(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    """A wire somebody can touch is seen to at once, whatever becomes of the whistle-blowing; nobody is named in it."""
    if turn.slots.get("request_danger") != "yes":
        return
    report = FaultReport(
        address=said(turn.slots, "request_place") or "地点待核实",
        symptom="line_damage",
        hazard_kind="line_down",
        channel=CHANNELS.get(turn.channel, "web_chat"),  # type: ignore[arg-type]
        summary="线路低垂，人能碰到",
    )
    try:
        filed = await file_once(fault_filing(report), key=filing_key(turn, "safety"), turn=turn)
    except ServiceError:
        return
    if filed.order is not None and filed.order.on_site_by:
        speaking.say(
            dispatcher,
            "utter_whistle_made_safe",
            **speaking.order_no_of(filed.order.order_no),
            **speaking.time_of("on_site_by", filed.order.on_site_by),
        )


async def _team_of_praised(turn: Turn) -> dict[str, Any]:
    """Whose repair it was, found by the caller's own orders at the place that was named."""
    words = (said(turn.slots, "request_when") or "") + (said(turn.slots, "request_what") or "")
    if turn.slots.get("task") != "praise" or not turn.known_phone:
        return {}
    last4 = phones.last4(turn.known_phone)
    try:
        found = await services.ticketing().list_orders(
            contact_phone=turn.known_phone, phone_last4=last4, order_type="fault_report", limit=5
        )
    except ServiceError:
        return {}
    here = next((o for o in found if o.community and o.community in words), None)
    return {"request_team": here.owner_team} if here and here.owner_team else {}


async def _book_survey(turn: Turn, filed: Filed) -> Order | None:
    """The half day for the visit is an order of its own, related to the application."""
    visit, order = turn.slots.get("request_visit"), filed.order
    if order is None or order.order_type != "apply" or not isinstance(visit, dict) or order.duplicate_of:
        return None
    service = "meter_test" if order.details.get("apply_type") == "meter_test" else "survey"
    base = filing_of(turn, str(turn.slots.get("task"))).fields
    names = ("channel", "contact_phone", "contact_name", "caller_phone", "account_no", "address")
    fields = {name: base[name] for name in names if name in base}
    fields |= {
        "service": service,
        "preferred_slot": {"day": visit["day"], "half": visit["half"]},
        "related_order_nos": [order.order_no],
        "note": f"{order.order_no} 上门",
    }
    booked = await file_once(Filing("appointment", fields), key=filing_key(turn, "survey"), turn=turn)
    return booked.order


async def tell_request_filed(
    dispatcher: CollectingDispatcher, turn: Turn, task: str, filed: Filed, also: Order | None = None
) -> Events:
    order, label = filed.order, label_of({**turn.slots, "task": task})
    if order is None:
        return _tell_kept(dispatcher, turn, filed, label)
    if task == "whistleblow":
        code = order.query_code or ""
        speaking.say(
            dispatcher, "utter_whistle_filed", code=code, code_spoken=spelt(code), **_deadline(order, "10 日内")
        )
        return finished(turn, done="举报已登记（受限）")
    if order.duplicate_of:
        return await _tell_standing(dispatcher, turn, order, label)
    values = {**speaking.order_no_of(order.order_no), "label": label, **_deadline(order)}
    speaking.say(dispatcher, _response(turn, task, order, also), **values, **_booked(turn, also))
    speaking.card(dispatcher, "order", order_card(order))
    return [
        *finished(turn, done=f"{label}已登记 {order.order_no}"),
        SlotSet(
            "last_order",
            {"order_no": order.order_no, "phone_last4": _tail(turn), "visit_no": also.order_no if also else None},
        ),
    ]


def _tell_kept(dispatcher: CollectingDispatcher, turn: Turn, filed: Filed, label: str) -> Events:
    speaking.say(dispatcher, "utter_filing_kept" if filed.is_kept else "utter_filing_lost")
    if filed.is_kept:
        return finished(turn, done=f"{label}已留存待登记")
    return [*finished(turn), SlotSet("wants_person", {"reason": f"{label}没能登记", "skill": "business"})]


def _response(turn: Turn, task: str, order: Order, also: Order | None) -> str:
    if task == "callback_request" and (said(turn.slots, "request_call_time") or "now") != "now":
        return "utter_filed_callback_at"
    if also is not None:
        return "utter_filed_with_visit"
    if order.order_type == "fault_report":
        return "utter_filed_broken_meter"
    own = ("notices", "complaint", "suggestion", "praise", "callback_request", "ev_pv")
    if task == "appointment":
        return "utter_filed_hall" if said(turn.slots, "request_hall") else "utter_filed_appointment"
    return f"utter_filed_{task}" if task in own else "utter_filed_request"


def _booked(turn: Turn, also: Order | None) -> dict[str, str]:
    visit = turn.slots.get("request_visit")
    values = {"visit": visits.shown(visit)} if isinstance(visit, dict) else {}
    if also is not None:
        values |= {"visit_no": also.order_no}
    for part in ("notices", "notice_door"):
        if said(turn.slots, f"request_{part}"):
            values[part] = str(turn.slots[f"request_{part}"])
    if at := said(turn.slots, "request_call_time"):
        values["at"] = at
    if name := said(turn.slots, "request_hall"):
        row = catalogue.in_force(catalogue.halls(), name)
        values["hall"] = f"{name}{'，' + row.address if row and row.address else ''}"
    return values


async def _tell_standing(dispatcher: CollectingDispatcher, turn: Turn, order: Order, label: str) -> Events:
    """The matter stands already: nothing new, but where it is, and it is pushed when the phone proves it is theirs."""
    text, speech = progress_of(order)
    values = {**speaking.order_no_of(order.order_no), "label": label, "progress": text, "progress_spoken": speech}
    tail, response = _tail(turn), "utter_request_stands"
    try:
        urge = await services.ticketing().urge(
            order.order_no, key=filing_key(turn, "urge"), phone_last4=tail, reason="asking"
        )
        values |= speaking.by_of(urge.reply_by, "很快")
        response = "utter_request_stands_urged"
    except ServiceError:
        pass  # not theirs to push; where it stands was told
    speaking.say(dispatcher, response, **values)
    return [
        *finished(turn, done=f"{label}已有 {order.order_no}，没有重复建单"),
        SlotSet("last_order", {"order_no": order.order_no, "phone_last4": tail}),
    ]


def _tail(turn: Turn) -> str | None:
    phone = turn.slots.get("request_phone")
    number = str(phone) if phone not in (None, CURRENT, SKIPPED) else turn.known_phone
    return phones.last4(number) if number else None


def spelt(code: str) -> str:
    """A query code sign by sign, a pause after four."""
    return "，".join(speak_letters_and_digits(code[i : i + 4]) for i in range(0, len(code), 4))


def _deadline(order: Order, otherwise: str = "一个工作日内") -> dict[str, str]:
    """By when somebody answers, as the ticketing system set it."""
    return speaking.by_of(order.deadline_at, otherwise)


def everything() -> list[Action]:
    return [ActionFileRequest()]
