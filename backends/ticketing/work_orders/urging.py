"""催办: counted always, an order of its own outside the cooling time, felt by whoever answers (work-orders 6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments
from backends.ticketing.errors import BadField, GuardFailed
from backends.ticketing.machine import STATUS_ZH
from backends.ticketing.outages import repository as outage_repository
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders import area_urges, filing, judging, noting, records, repository, schemas
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import move
from kit import jobs

COOLING = timedelta(minutes=10)
_UNCOOLED = {"worse", "life_need"}
_NOT_URGED = {"urge", "follow_up", "whistle_blow"}


@dataclass(frozen=True)
class Standing:
    """How urgent an order was held before it was urged."""

    priority: int
    escalation_level: int


@dataclass(frozen=True)
class Urged:
    """`record` is None inside the cooling time; `reply_by` is when the crew must have answered; `asked_eta` when this
    urge was the one after which the outage must say anew when power is back."""

    order: WorkOrder
    record: WorkOrder | None
    reply_by: datetime
    before: Standing
    asked_eta: bool = False


async def urge(
    session: AsyncSession, order: WorkOrder, wanted: schemas.NewUrge, *, key: str, client: str = "service"
) -> Urged:
    """Urge a locked, open order.

    Raises:
        GuardFailed: it is finished (code `order_finished`), or is itself an urge or a follow-up. BadField: what got
        worse was not said.
    """
    _check(order, wanted)
    before = Standing(order.priority, order.escalation_level)
    outage = await _outage_of(session, order)
    record = await _record(session, order, wanted, outage, key) if _is_felt_anew(order, wanted) else None
    due = record.deadline_at if record else await _standing_reply(session, order, outage)
    order.urge_count += 1
    order.escalation_level = max(order.escalation_level, _level(order.urge_count, wanted.reason))
    act = Act("urge", "customer", wanted.channel or "customer", wanted.reason, channel=wanted.channel, client=client)
    await _happened(session, order, act, wanted, before)
    await judging.judge_again(session, order, wanted, move)
    asked = await area_urges.count_on(session, outage, order, act) if outage else False
    return Urged(order, record, due, before, asked)


def _check(order: WorkOrder, wanted: schemas.NewUrge) -> None:
    if not order.is_open:
        raise GuardFailed("the order is finished", code="order_finished")
    if order.order_type in _NOT_URGED:
        raise GuardFailed("urge the order it is about")
    if wanted.reason in _UNCOOLED and not wanted.worse_note:
        raise BadField("worse_note", f"needed when the reason is {wanted.reason}")


async def _outage_of(session: AsyncSession, order: WorkOrder) -> Outage | None:
    """The outage the order is a member of; locked already by whoever locked the order (`service.get`)."""
    if order.parent_order_no is None or order.order_type != "fault_report":
        return None
    return await outage_repository.get(session, order.parent_order_no)


def _is_felt_anew(order: WorkOrder, wanted: schemas.NewUrge) -> bool:
    cooling = order.last_urged_at is not None and moment() - order.last_urged_at < COOLING
    return not cooling or wanted.reason in _UNCOOLED


def _level(count: int, reason: str) -> int:
    """The second urge goes to the shift leader, the third to the management; life in danger likewise (5.3)."""
    if reason == "life_need":
        return 3
    return min(count, 3) if count > 1 else 0


def reply_by(order: WorkOrder, now: datetime, outage: Outage | None = None) -> datetime:
    """A member is answered as fast as its outage."""
    priority = min(order.priority, outage.priority) if outage else order.priority
    level = "priority_1_3" if priority <= 3 else f"priority_{priority}"
    return commitments.due("urge_reply", now, level)


async def _standing_reply(session: AsyncSession, order: WorkOrder, outage: Outage | None) -> datetime:
    """When the answer to the urge that stands is due."""
    standing = await repository.open_urges(session, order.order_no)
    return standing[-1].deadline_at if standing else reply_by(order, moment(), outage)


async def _record(
    session: AsyncSession, order: WorkOrder, wanted: schemas.NewUrge, outage: Outage | None, key: str
) -> WorkOrder:
    order.last_urged_at = now = moment()
    due = reply_by(order, now, outage)
    details = {
        "target_order_no": order.order_no,
        "urge_no": order.urge_count + 1,
        "reason": wanted.reason,
        "worse_note": wanted.worse_note,
        "status_told": STATUS_ZH[order.status],
        "eta_told": order.details.get("eta_restore_at"),
        "reply_by": due,
    }
    draft = filing.Draft("urge", order.priority, order.owner_team, due, f"催办 {order.order_no}", details)
    record = await records.insert_about(session, order, draft, key=key, channel=wanted.channel)
    record.owner, record.tracker = order.owner, order.tracker
    await move(session, record, Act("notify", "system", "ticketing"))
    await jobs.defer(
        session,
        "ticketing.work_orders.urge_overdue",
        {"order_no": record.order_no},
        key=f"urge:{record.order_no}",
        at=due,
    )
    return record


async def _happened(
    session: AsyncSession, order: WorkOrder, act: Act, wanted: schemas.NewUrge, before: Standing
) -> None:
    data = {
        "urge_count": order.urge_count,
        "worse_note": wanted.worse_note,
        "escalation_level": order.escalation_level,
        "escalation_before": before.escalation_level,
    }
    await noting.note(session, order, act, data)
