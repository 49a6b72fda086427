"""The rules of work orders: filing, duplicates, moving through the machine. Sessions are flushed, not committed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments, numbering
from backends.ticketing.errors import (
    BadField,
    EventNotAllowed,
    GuardFailed,
    OrderNotFound,
    RoleNotAllowed,
    VersionConflict,
)
from backends.ticketing.happenings import OrderHappened, tell
from backends.ticketing.machine import FINAL, Rule
from backends.ticketing.order_types import ORDER_TYPES
from backends.ticketing.places import service as places
from backends.ticketing.places.service import Site
from backends.ticketing.work_orders import filing, repeats, repository, schemas
from backends.ticketing.work_orders.details import DETAILS
from backends.ticketing.work_orders.guards import GUARDS, Moment
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import OrderEvent, SealedReporter, WorkOrder
from kernel import clock, ids

DUPLICATE_WITHIN = timedelta(hours=24)  # domain/work-orders.md 6.2

# Symptoms of one class are one trouble told twice; of another class a new trouble.
_SYMPTOM_CLASS = {
    "all_out": "no_power", "partial_out": "no_power", "breaker_trip": "no_power",
    "low_voltage": "voltage", "high_voltage": "voltage", "flicker": "voltage",
}  # fmt: skip


@dataclass(frozen=True)
class Filed:
    order: WorkOrder
    is_new: bool = True


@dataclass(frozen=True)
class Act:
    """One event that somebody wants to happen."""

    event: str
    role: str
    actor: str
    reason: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    if_version: int | None = None


def moment() -> datetime:
    """Now, to the second: what is written is what is shown."""
    return clock.now().replace(microsecond=0)


# Filing


async def file(session: AsyncSession, new: Any, *, key: str) -> Filed:
    """File an order, or answer with the open one that stands for the same matter of the same household.

    Raises:
        BadField: neither address nor account number of a fault, or no phone to call back. OutageNotFound.
    """
    if isinstance(new, schemas.NewFaultReport):
        _check_fault(new)
    site = await places.locate(
        session,
        address=new.address,
        community=new.community,
        transformer_area=new.transformer_area,
        area_kind=new.area_kind,
    )
    related: list[str] = []
    if isinstance(new, schemas.NewFaultReport):
        twin, related = await _same_household(session, new, site)
        if twin is not None:
            return Filed(twin, is_new=False)
    elif (standing := await repeats.standing(session, new, site.address_key, since=moment())) is not None:
        repeats.add_what_is_new(session, standing, new, at=moment())
        return Filed(standing, is_new=False)
    draft = filing.draft(new, filing.Context(moment(), site))
    order = await _insert(session, new, draft, site, key=key, related=related)
    for event in draft.after:
        if MACHINES[order.order_type].rows(order.status, event):
            await move(session, order, Act(event, "system", "ticketing"))
    return Filed(order)


def _check_fault(new: schemas.NewFaultReport) -> None:
    """A hazard is taken with whatever is known."""
    if not (new.address or new.account_no or new.community or new.landmark or new.pole_no):
        raise BadField("address", "needed: an address, or the account number, community, landmark or pole")
    if new.hazard_kind == "none" and not (new.contact_phone or new.caller_phone):
        raise BadField("contact_phone", "needed: the crew calls before it comes")


async def _same_household(
    session: AsyncSession, new: schemas.NewFaultReport, site: Site
) -> tuple[WorkOrder | None, list[str]]:
    """The open report this one repeats, and the numbers of others of that household to relate to."""
    phone = new.contact_phone or new.caller_phone
    names = [f"account:{new.account_no}"] if new.account_no else []
    names += [f"phone:{phone}"] if phone else []
    area = site.transformer_area or site.community
    names += [f"area:{area}"] if area else []  # a storm makes one outage of an area
    await repository.lock_household(session, *names)
    others = await repository.open_faults_of_household(
        session,
        account_no=new.account_no,
        phone=phone,
        address_key=site.address_key,
        since=moment() - DUPLICATE_WITHIN,
    )
    here = [o for o in others if not (o.community and site.community and o.community != site.community)]
    twin = next((o for o in here if _is_twin(o, new, site, phone)), None)
    return twin, [o.order_no for o in here if o is not twin]


def _is_twin(order: WorkOrder, new: schemas.NewFaultReport, site: Site, phone: str | None) -> bool:
    if order.details["hazard_kind"] != new.hazard_kind:
        return False
    if new.hazard_kind != "none":
        return order.contact_phone == phone is not None and order.address_key == site.address_key is not None
    known, told = (_SYMPTOM_CLASS.get(s, s) for s in (order.details["symptom"], new.symptom))
    return known == told


async def _insert(
    session: AsyncSession, new: Any, draft: filing.Draft, site: Site, *, key: str, related: list[str]
) -> WorkOrder:
    now = moment()
    if draft.order_type == "whistle_blow":
        new = await _seal(session, new, draft)
    order = WorkOrder(
        order_no="",
        order_type=draft.order_type,
        status=MACHINES[draft.order_type].initial,
        priority=draft.priority,
        channel=new.channel,
        service_face=ORDER_TYPES[draft.order_type].service_face,
        caller_phone=new.caller_phone,
        received_at=min(new.received_at or now, now),
        registered_at=now,
        sent_at=now,
        account_no=new.account_no,
        community=site.community,
        transformer_area=site.transformer_area,
        area_kind=site.area_kind,
        contact_name=new.contact_name,
        contact_phone=new.contact_phone or new.caller_phone,
        address=new.address or site.community,
        address_key=site.address_key,
        summary=(new.summary or draft.summary)[:200],
        identity_level=new.identity_level,
        owner_team=draft.owner_team,
        deadline_at=draft.deadline_at,
        related_order_nos=list(dict.fromkeys([*new.related_order_nos, *related])),
        attachment_keys=list(new.attachment_keys),
        idempotency_key=key,
        query_code=draft.query_code,
        details=_valid_details(draft.order_type, draft.details),
        urge_count=0,
        escalation_level=0,
        clock_paused_s=0,
        reopened_count=0,
    )
    order.order_no = await numbering.next_number(session, draft.order_type, now.date())
    session.add(order)
    await session.flush()  # before its first event, which refers to it
    session.add(_event(order, Act("register", "system", new.channel), None, now))
    await session.flush()
    wished = {"join_outage": getattr(new, "join_outage", None)}
    await tell(session, OrderHappened(order, "register", "system", new.channel, data=wished))
    return order


async def _seal(session: AsyncSession, new: schemas.NewWhistleBlow, draft: filing.Draft) -> schemas.NewWhistleBlow:
    """Put the reporter's name and phone into the sealed store; the order itself keeps neither (9)."""
    reference = draft.details["reporter_ref"]
    if reference:
        session.add(
            SealedReporter(
                reporter_ref=reference,
                contact_name=new.contact_name,
                contact_phone=new.contact_phone,
                wants_reply=not new.is_anonymous,
                created_at=moment(),
            )
        )
    nobody = dict.fromkeys(("caller_phone", "contact_phone", "contact_name", "account_no", "address", "summary"))
    return new.model_copy(update=nobody)


# Moving


async def get(session: AsyncSession, order_no: str, *, lock: bool = False) -> WorkOrder:
    if lock:
        await repository.lock_outage_of(session, order_no)
    order = await repository.get(session, order_no, lock=lock)
    if order is None:
        raise OrderNotFound(order_no)
    return order


async def move(session: AsyncSession, order: WorkOrder, act: Act) -> WorkOrder:
    """Let one event happen; the order must be locked by the caller (or be new).

    Raises:
        EventNotAllowed, GuardFailed, RoleNotAllowed, VersionConflict, BadField.
    """
    if act.if_version is not None and act.if_version != order.version:
        raise VersionConflict(f"the order is at version {order.version}")
    rows = _rows(order, act)
    written = _apply_data(order, act.data)
    past = tuple(e.event for e in await repository.events(session, order.order_no))
    row = _choose(order, act, rows, Moment(moment(), act.event, past))
    before, order.status = order.status, row.to
    _stamp(order, act.event, before)
    session.add(_event(order, act, before, moment(), data=written))
    await session.flush()
    if row.to == "split":
        await _file_split(session, order)
    await tell(session, OrderHappened(order, act.event, act.role, act.actor, before, act.reason, written))
    return order


def _rows(order: WorkOrder, act: Act) -> list[Rule]:
    rows = MACHINES[order.order_type].rows(order.status, act.event)
    if not rows:
        possible = MACHINES[order.order_type].possible(order.status)
        raise EventNotAllowed(f"{act.event} is not possible in state {order.status}", possible=possible)
    if not any(row.allows(act.role) for row in rows):
        raise RoleNotAllowed(f"{act.role} may not do {act.event}")
    return rows


def _choose(order: WorkOrder, act: Act, rows: list[Rule], at: Moment) -> Rule:
    """The first row whose conditions hold."""
    problem: str | None = None
    for row in rows:
        problem = _refusal(order, act, row, at)
        if problem is None:
            return row
    raise GuardFailed(problem or "refused")


def _refusal(order: WorkOrder, act: Act, row: Rule, at: Moment) -> str | None:
    if row.needs_reason and not act.reason:
        return "a reason is needed"
    missing = [name for name in row.needs if _value(order, name) in (None, "", [])]
    if missing:
        return f"needs {', '.join(missing)}"
    return GUARDS[row.check](order, at) if row.check else None


def _value(order: WorkOrder, name: str) -> Any:
    return order.attachment_keys if name == "attachment_keys" else order.details.get(name)


# Fields an event may fill beside those of the type; promises and references are not for callers to change.
_COLUMNS = {"attachment_keys", "owner", "tracker", "owner_team", "parent_order_no", "satisfaction"}
_OURS = {"on_site_by", "reply_by", "contact_by", "confirm_call_by", "query_code", "reporter_ref", "split_from"}


class _ColumnData(schemas.Strict):
    attachment_keys: schemas.Names | None = None
    owner: schemas.Word | None = None
    tracker: schemas.Word | None = None
    owner_team: schemas.Word | None = None
    parent_order_no: schemas.Word | None = None
    satisfaction: int | None = pydantic.Field(None, ge=1, le=5)


def _apply_data(order: WorkOrder, data: dict[str, Any]) -> dict[str, Any]:
    """Fill the order's fields from an event's data; gives what was written, as JSON."""
    own = set(DETAILS[order.order_type].model_fields) - _OURS
    for name in data:
        if name not in own and name not in _COLUMNS:
            raise BadField(f"data.{name}", "not a field this event may fill")
    columns = {k: v for k, v in data.items() if k in _COLUMNS}
    try:
        checked = _ColumnData.model_validate(columns).model_dump(include=set(columns))
    except pydantic.ValidationError as err:
        raise _bad_field(err) from err
    for name, value in checked.items():
        setattr(order, name, value)
    if order.tracker and order.tracker == order.owner and order.order_type in ("complaint", "whistle_blow"):
        raise BadField("data.tracker", "must be somebody else than the owner")
    details = {k: v for k, v in data.items() if k not in _COLUMNS}
    return checked | _fill(order, details)


def _fill(order: WorkOrder, data: dict[str, Any]) -> dict[str, Any]:
    if not data:
        return {}
    order.details = _valid_details(order.order_type, {**order.details, **data})
    return {name: order.details[name] for name in data}


def _valid_details(order_type: str, details: dict[str, Any]) -> dict[str, Any]:
    try:
        return DETAILS[order_type].model_validate(details).model_dump(mode="json")
    except pydantic.ValidationError as err:
        raise _bad_field(err) from err


def _bad_field(err: pydantic.ValidationError) -> BadField:
    first = err.errors()[0]
    return BadField("data." + ".".join(map(str, first["loc"])), first["msg"])


def _event(
    order: WorkOrder, act: Act, before: str | None, at: datetime, *, data: dict[str, Any] | None = None
) -> OrderEvent:
    return OrderEvent(
        order_no=order.order_no,
        at=at,
        actor=act.actor,
        role=act.role,
        event=act.event,
        from_status=before,
        to_status=order.status,
        reason=act.reason,
        data=data or {},
    )


# What an event writes by itself: (type, event) → field of the type; "" stands for the moment.
_STAMPS: dict[tuple[str, str], dict[str, str]] = {
    ("fault_report", "dispatch"): {"dispatched_at": ""},
    ("fault_report", "accept"): {"accepted_at": ""},
    ("fault_report", "arrive"): {"on_site_at": ""},
    ("fault_report", "restore"): {"restored_at": ""},
    ("fault_report", "customer_side"): {"is_customer_side": "yes"},
    ("fault_report", "said_yes"): {"is_restored": "yes"},
    ("fault_report", "said_no"): {"is_restored": "no"},
    ("fault_report", "silent"): {"is_restored": "unconfirmed"},
    ("consult", "answer_now"): {"replied_at": ""},
    ("consult", "reply"): {"replied_at": ""},
    ("complaint", "contact"): {"contacted_at": ""},
    ("complaint", "reply"): {"replied_at": ""},
    ("complaint", "accept"): {"accepts_reply": "yes"},
    ("complaint", "refuse_again"): {"accepts_reply": "no"},
    ("whistle_blow", "reply"): {"replied_at": ""},
    ("suggestion", "reply"): {"replied_at": ""},
    ("praise", "forward"): {"forwarded_at": ""},
    ("appointment", "arrive"): {"arrived_at": ""},
}
_CLOSE_REASON = {
    "withdraw": "withdrawn", "known_only": "withdrawn", "customer_declines": "withdrawn", "decline": "withdrawn",
    "give_up": "unreachable", "reject": "rejected", "new_filed": "done", "target_closed": "done",
}  # fmt: skip


def _stamp(order: WorkOrder, event: str, before: str) -> None:
    now = moment()
    stamps = _STAMPS.get((order.order_type, event), {})
    _fill(order, {name: value or now for name, value in stamps.items()})
    _run_clock(order, before, now)
    if event == "reopen":
        _restart(order, now)
    if order.order_type == "fault_report" and event == "detach":
        _fill(order, {"split_from": order.parent_order_no})
        order.parent_order_no = None
    if order.status in FINAL:
        order.closed_at = now
        order.close_reason = _CLOSE_REASON.get(event, "done")


def _run_clock(order: WorkOrder, before: str, now: datetime) -> None:
    """The clock stands while the customer has to bring something (5.2, service-catalogue 7.2)."""
    if order.status == "waiting_customer":
        order.paused_at = order.paused_at or now
    elif before == "waiting_customer" and order.paused_at is not None:
        stood = now - order.paused_at
        order.paused_at = None
        order.clock_paused_s += int(stood.total_seconds())
        order.deadline_at += stood


_CLOCKS: dict[str, tuple[str, str]] = {
    "consult": ("consult_reply", "topic"),
    "apply": ("apply_done", "apply_type"),
    "complaint": ("complaint_reply", ""),
    "fault_report": ("on_site", ""),
}


def _restart(order: WorkOrder, now: datetime) -> None:
    """Reopened: counted, escalated one level at least, with a new clock (7.1)."""
    kpi, narrowed_by = _CLOCKS[order.order_type]
    narrow = order.area_kind if order.order_type == "fault_report" else order.details.get(narrowed_by)
    order.reopened_count += 1
    order.escalation_level = max(order.escalation_level, 1)
    order.closed_at = order.close_reason = None
    order.deadline_at = commitments.due(kpi, now, narrow)
    if order.order_type == "fault_report":
        again = dict.fromkeys(("accepted_at", "on_site_at", "restored_at"))
        _fill(order, {"on_site_by": order.deadline_at, "dispatched_at": now, "is_restored": "unknown", **again})


async def _file_split(session: AsyncSession, order: WorkOrder) -> None:
    """A member said "no power yet": a report of its own, clock from now, same crew; the member is closed (6.4)."""
    site = Site(
        community=order.community,
        district=None,
        transformer_area=order.transformer_area,
        area_kind=order.area_kind or "urban",
        address_key=order.address_key,
    )
    kept = ("symptom", "critical_user_kind", "is_life_support", "landmark", "pole_no")
    told = {
        "order_type": "fault_report",
        "channel": order.channel,
        "account_no": order.account_no,
        "contact_name": order.contact_name,
        "contact_phone": order.contact_phone,
        "address": order.address,
        "summary": f"送电后本户仍无电（原单 {order.order_no}）",
        **{name: order.details[name] for name in kept},
    }
    new = schemas.NewFaultReport.model_validate(told)
    ctx = filing.Context(moment(), site, split_from=order.parent_order_no)
    related = [order.order_no, *([order.parent_order_no] if order.parent_order_no else [])]
    key = f"{order.order_no}:restored-no:{ids.new_id('s')}"
    fresh = await _insert(session, new, filing.draft(new, ctx), site, key=key, related=related)
    fresh.owner_team = order.owner_team
    await move(session, fresh, Act("dispatch", "system", "ticketing"))
    order.related_order_nos = [*order.related_order_nos, fresh.order_no]
    await move(session, order, Act("new_filed", "system", "ticketing", reason=fresh.order_no))
