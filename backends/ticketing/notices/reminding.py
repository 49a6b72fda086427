"""A visit that was agreed on is reminded of the evening before; one that was moved, at its new time only."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened
from backends.ticketing.notices import followers, kinds
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock
from kit import jobs

REMIND = "ticketing.notices.remind"
EVENING = time(18)


async def follow_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    if order.order_type != "appointment" or order.status != "confirmed":
        return
    slot: dict[str, str] | None = order.details.get("confirmed_slot")
    if slot and (at := _evening_before(slot)) > clock.now():
        args = {"order_no": order.order_no, "slot": slot}
        await jobs.defer(session, REMIND, args, key=f"{REMIND}:{order.order_no}:{slot['day']}:{slot['half']}", at=at)


def _evening_before(slot: dict[str, str]) -> datetime:
    lead = kinds.in_force("appointment_reminder", clock.today()).lead[0]
    return datetime.combine(date.fromisoformat(slot["day"]) - lead, EVENING, clock.TZ)


async def remind(session: AsyncSession, order_no: str, slot: dict[str, str]) -> None:
    """Nothing when the visit has been moved or called off, or is over."""
    order: WorkOrder = await orders.get(session, order_no, lock=True)
    if order.status in ("confirmed", "quoted") and order.details.get("confirmed_slot") == slot:
        key = f"remind:{order_no}:{slot['day']}:{slot['half']}"
        await followers.tell_customer(session, order, "reminder", dedupe_key=key)
