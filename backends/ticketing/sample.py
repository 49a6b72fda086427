"""The sample utility's places, outages and past orders, filed through the real rules with the clock held back.

Loading twice changes nothing but the outages, which are moved so that they run now (`refresh_sample_outages`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.sample.places import CITY, PLACES
from backends.sample.places import Place as SamplePlace
from backends.ticketing.dispatch import sample as crews
from backends.ticketing.notices import sample as subscriptions
from backends.ticketing.notices import service as notices
from backends.ticketing.outages import schemas as outage_schemas
from backends.ticketing.outages import service as outages
from backends.ticketing.outages.models import Outage, OutageEvent
from backends.ticketing.places.models import Place
from backends.ticketing.work_orders import schemas, service
from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock

TICKET_OK_KEY = "sample:ticket-ok"
PAST_ORDERS = 600
_ACTOR = "sample"


async def load(session: AsyncSession, data: Any = None) -> str:
    """Load what is missing; `data` may bring `places` of its own. Gives one line saying what stands now."""
    places = await load_places(session, getattr(data, "places", PLACES))
    known = await session.execute(sa.select(sa.func.count()).select_from(WorkOrder))
    if known.scalar_one() == 0:
        await _load_ticket_ok(session)
        with notices.nobody_told():
            await _load_past_orders(session)
    await crews.load(session)
    await subscriptions.load(session)
    running = await refresh_sample_outages(session)
    return f"{places} places, {running} running outages, sample order {await ticket_ok(session)}"


async def load_places(session: AsyncSession, places: Sequence[SamplePlace] = PLACES) -> int:
    for place in places:
        values = {
            "name": place.name,
            "city": CITY,
            "district": place.district,
            "area_kind": place.area_kind,
            "kind": place.kind,
            "households": place.households,
            "aliases": list(place.aliases),
            "areas": [
                {
                    "code": a.code,
                    "name": a.name,
                    "feeder": a.feeder,
                    "buildings": list(a.buildings) if a.buildings else None,
                }
                for a in place.areas
            ],
        }
        await session.execute(
            insert(Place).values(**values).on_conflict_do_update(index_elements=["name"], set_=values)
        )
    await session.flush()
    return len(places)


async def ticket_ok(session: AsyncSession) -> str | None:
    """Number of the open fault report of phone 13812345678; None before `load`."""
    found = sa.select(WorkOrder.order_no).where(WorkOrder.idempotency_key == TICKET_OK_KEY)
    return (await session.execute(found)).scalar_one_or_none()


async def _load_ticket_ok(session: AsyncSession) -> None:
    """Not at the address of account_ok, so that a report from there is a new one and no repetition."""
    new = schemas.NewFaultReport(
        order_type="fault_report",
        channel="phone",
        caller_phone="13812345678",
        contact_phone="13812345678",
        contact_name="王小明",
        address="和平新村6号楼1单元201",
        symptom="partial_out",
        is_neighbour_out="no",
        is_breaker_tripped="no",
    )
    await service.file(session, new, key=TICKET_OK_KEY)


# Past orders


@dataclass(frozen=True)
class _Kind:
    """How a past order came about: what it says, and the events with minutes after filing that ended it."""

    order_type: str
    fields: dict[str, Any]
    steps: tuple[tuple[int, str, str, dict[str, Any]], ...]


_REPAIRED: tuple[tuple[int, str, str, dict[str, Any]], ...] = (
    (2, "accept", "crew", {}),
    (4, "depart", "crew", {}),
    (27, "arrive", "crew", {}),
    (31, "secure", "crew", {}),
    (85, "restore", "crew", {"cause": "低压熔断器熔断", "repair_note": "更换熔断器，测三相电流正常"}),
    (86, "ask", "system", {}),
    (95, "said_yes", "customer", {"satisfaction": 5}),
)
_KINDS = (
    _Kind("fault_report", {"symptom": "all_out", "is_neighbour_out": "no"}, _REPAIRED),
    _Kind("fault_report", {"symptom": "flicker", "is_neighbour_out": "yes"}, _REPAIRED),
    _Kind("fault_report", {"symptom": "low_voltage", "is_breaker_tripped": "no"}, _REPAIRED),
    _Kind("fault_report", {"symptom": "breaker_trip", "is_breaker_tripped": "yes"}, ((6, "withdraw", "customer", {}),)),
    _Kind(
        "consult",
        {"topic": "bill", "question": "这个月电费为什么比上个月高"},
        ((120, "answer_now", "agent", {"reply_text": "已按抄表示数核对，用电量增加所致"}),),
    ),
    _Kind("consult", {"topic": "bill_dispute", "question": "怀疑抄表抄错，请核实"}, ()),
    _Kind("complaint", {"complaint_class": "repair", "what_happened": "报修后到得晚"}, ()),
    _Kind("suggestion", {"content": "公众号能不能有大字模式", "suggestion_area": "digital"}, ()),
    _Kind(
        "praise", {"content": "师傅到得快、讲得清楚", "praised_staff": "东湖抢修一班"}, ((60, "verify", "agent", {}),)
    ),
    _Kind("apply", {"apply_type": "ev_charger", "note": "申请个人充电桩，7 千瓦"}, ()),
)


async def _load_past_orders(session: AsyncSession) -> None:
    dice = random.Random(20261124)
    now = service.moment()
    for number in range(PAST_ORDERS):
        kind = _KINDS[number % len(_KINDS)]
        filed_at = now - timedelta(days=1 + number * 28 // PAST_ORDERS, minutes=dice.randrange(600))
        await _live_through(session, kind, number, filed_at, dice)


async def _live_through(
    session: AsyncSession, kind: _Kind, number: int, filed_at: datetime, dice: random.Random
) -> None:
    """The past is made under a held clock, so that numbers, deadlines and history are those the rules give."""
    place = PLACES[number % len(PLACES)]
    new: Any = schemas.FILED[kind.order_type].model_validate(
        {
            "order_type": kind.order_type,
            "channel": dice.choice(["phone", "wechat", "web_chat", "app"]),
            "contact_phone": f"1990000{number:04d}",
            "contact_name": dice.choice("李张刘陈杨") + dice.choice(["芳", "建国", "丽", "小红", "志强"]),
            "address": f"{place.name}{dice.randint(1, 18)}号楼{dice.randint(1, 4)}单元{dice.randint(1, 6)}01",
            **kind.fields,
        }
    )
    with clock.hold(filed_at):
        order = (await service.file(session, new, key=f"sample:past:{number}")).order
    for minutes, event, role, data in kind.steps:
        with clock.hold(filed_at + timedelta(minutes=minutes)):
            await service.move(session, order, service.Act(event, role, _ACTOR, data=data))


# Outages


@dataclass(frozen=True)
class _SampleOutage:
    """One sample outage; times are made when it is refreshed. `day` 0 is today (planned ones only)."""

    community: str
    kind: str
    cause: str
    status: str
    day: int = 0
    off: time | None = None
    on: time | None = None
    eta_in: timedelta | None = None
    buildings: tuple[tuple[int, int], ...] = ()
    households: int | None = None


_SAMPLE_OUTAGES = (
    _SampleOutage("阳光新城", "fault", "线路故障", "repairing", eta_in=timedelta(minutes=105)),
    _SampleOutage("杨家湾", "fault", "原因排查中", "dispatched"),
    _SampleOutage(
        "锦绣家园", "planned", "换线检修", "planned", 3, time(8), time(12), buildings=((1, 9),), households=286
    ),
    _SampleOutage("幸福里", "planned", "线路检修", "planned", 0, time(9), time(15)),
    _SampleOutage("文昌路", "planned", "配电变压器改造", "planned", 6, time(8, 30), time(17)),
)


async def refresh_sample_outages(session: AsyncSession) -> int:
    """Make the sample outages run (or be due) as of now; gives how many run. Numbers stay; made on first use."""
    known = await session.execute(
        sa.select(OutageEvent.outage_no, OutageEvent.reason).where(OutageEvent.event == "sample")
    )
    numbers = {row.reason: row.outage_no for row in known}
    fresh = []
    for sample in _SAMPLE_OUTAGES:
        if sample.community in numbers:
            outage = await outages.get(session, numbers[sample.community], lock=True)
        else:
            outage = await _declare(session, sample)
        _set_times(outage, sample, service.moment())
        fresh.append(outage)
    await session.flush()
    return sum(outage_schemas.view(outage)["is_running"] for outage in fresh)


async def _declare(session: AsyncSession, sample: _SampleOutage) -> Outage:
    place = next(p for p in PLACES if p.name == sample.community)
    areas = [a.code for a in place.areas if not sample.buildings or a.buildings in sample.buildings]
    times = _planned_times(sample, clock.today())
    new = outage_schemas.NewOutage.model_validate(
        {
            "outage_kind": sample.kind,
            "community": sample.community,
            "transformer_areas": areas,
            "buildings": sample.buildings,
            "reason_public": sample.cause,
            "affected_count": sample.households or place.households,
            "off_at": times[0],
            "on_at": times[1],
            "actor": _ACTOR,
        }
    )
    outage = await outages.declare(session, new)
    session.add(
        OutageEvent(
            outage_no=outage.outage_no,
            at=service.moment(),
            actor=_ACTOR,
            role="system",
            event="sample",
            from_status=outage.status,
            to_status=sample.status,
            reason=sample.community,
            data={},
        )
    )
    return outage


def _planned_times(sample: _SampleOutage, today: date) -> tuple[datetime | None, datetime | None]:
    if sample.off is None or sample.on is None:
        return None, None
    day = today + timedelta(days=sample.day)
    return datetime.combine(day, sample.off, clock.TZ), datetime.combine(day, sample.on, clock.TZ)


def _set_times(outage: Outage, sample: _SampleOutage, now: datetime) -> None:
    outage.status = sample.status
    outage.restored_at = outage.closed_at = None
    outage.off_at, outage.on_at = _planned_times(sample, now.date())
    outage.start_refused_at = None
    if outage.off_at:
        outage.registered_at = outage.off_at - timedelta(days=8)  # announced in time
    if sample.kind == "fault":
        outage.first_reported_at = now - timedelta(minutes=68)
        outage.on_site_by = outage.first_reported_at + timedelta(minutes=40)
        outage.on_site_at = now - timedelta(minutes=41) if sample.status == "repairing" else None
        outage.eta_restore_at = _half_hour(now + sample.eta_in) if sample.eta_in else None
        outage.eta_updated_at = now - timedelta(minutes=12) if sample.eta_in else None
        outage.eta_confidence = "medium" if sample.eta_in else None
    elif outage.on_at and outage.on_at <= now:
        outage.status, outage.restored_at, outage.closed_at = "closed", outage.on_at, outage.on_at


def _half_hour(moment: datetime) -> datetime:
    """The next full or half hour."""
    floor = moment.replace(minute=0, second=0, microsecond=0)
    return next(at for n in range(4) if (at := floor + timedelta(minutes=30 * n)) >= moment)
