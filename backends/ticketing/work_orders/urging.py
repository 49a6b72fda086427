"""催办: counted always, recorded outside the cooling time, felt by whoever answers (domain/work-orders.md 6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments, numbering
from backends.ticketing.errors import BadField, GuardFailed
from backends.ticketing.machine import STATUS_ZH
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders.models import OrderEvent, Urge, WorkOrder
from backends.ticketing.work_orders.service import moment

COOLING = timedelta(minutes=10)
_UNCOOLED = {"worse", "life_need"}


@dataclass(frozen=True)
class Urged:
    """`record` is None inside the cooling time; `reply_by` is when the crew must have answered."""

    order: WorkOrder
    record: Urge | None
    reply_by: datetime


def reply_by(order: WorkOrder, now: datetime) -> datetime:
    level = "priority_1_3" if order.priority <= 3 else f"priority_{order.priority}"
    return commitments.due("urge_reply", now, level)


async def urge(session: AsyncSession, order: WorkOrder, wanted: schemas.NewUrge) -> Urged:
    """Urge a locked, open order.

    Raises:
        GuardFailed: it is finished (code `order_finished`). BadField: what got worse was not said.
    """
    if not order.is_open:
        raise GuardFailed("the order is finished", code="order_finished")
    if wanted.reason in _UNCOOLED and not wanted.worse_note:
        raise BadField("worse_note", f"needed when the reason is {wanted.reason}")
    now = moment()
    cooling = order.last_urged_at is not None and now - order.last_urged_at < COOLING
    order.urge_count += 1
    record = None
    if not cooling or wanted.reason in _UNCOOLED:
        order.last_urged_at = now
        record = await _record(session, order, wanted, now)
    # The second urge goes to the shift leader, the third to the management; life in danger likewise.
    felt = 3 if wanted.reason == "life_need" else min(order.urge_count, 3) if order.urge_count > 1 else 0
    order.escalation_level = max(order.escalation_level, felt)
    if wanted.reason == "life_need" and order.order_type == "fault_report" and order.priority > 2:
        order.priority = 2
        order.details = {**order.details, "is_life_support": True}
    session.add(
        OrderEvent(
            order_no=order.order_no,
            at=now,
            actor=wanted.channel or "customer",
            role="customer",
            event="urge",
            from_status=order.status,
            to_status=order.status,
            reason=wanted.reason,
            data={"urge_count": order.urge_count, "worse_note": wanted.worse_note},
        )
    )
    await session.flush()
    return Urged(order, record, reply_by(order, now))


async def _record(session: AsyncSession, order: WorkOrder, wanted: schemas.NewUrge, now: datetime) -> Urge:
    eta = order.details.get("eta_restore_at")
    record = Urge(
        urge_order_no=await numbering.next_number(session, "urge", now.date()),
        target_order_no=order.order_no,
        urge_no=order.urge_count,
        reason=wanted.reason,
        worse_note=wanted.worse_note,
        status_told=STATUS_ZH[order.status],
        eta_told=datetime.fromisoformat(eta) if eta else None,
        registered_at=now,
        reply_by=reply_by(order, now),
        status="notified",
        channel=wanted.channel,
    )
    session.add(record)
    order.related_order_nos = [*order.related_order_nos, record.urge_order_no]
    return record
