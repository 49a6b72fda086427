"""Power for the area is not yet power for each member: every one is asked, again and by other means (6.4).

A message by the channel they came by, after 30 minutes without an answer an SMS, after 60 an automatic call (8 to 22
o'clock), then once a person. Critical and life-support members are called by a person first. Day-long silence counts
as restored, unconfirmed.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened, OutageHappened, tell
from backends.ticketing.outages import repository as outage_repository
from backends.ticketing.outages import rules
from backends.ticketing.outages.models import Outage
from backends.ticketing.outages.restoration import repository
from backends.ticketing.outages.restoration.models import RestorationCheck
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.models import OrderEvent, WorkOrder
from backends.ticketing.work_orders.service import moment
from kernel import clock
from kit import jobs

AT_ONCE = 200  # members asked in one transaction; the rest follow as jobs
NEXT = {"message": "sms", "sms": "call", "call": "person"}
_BY = {"message": "ask_by_sms_min", "sms": "ask_by_call_min", "call": "ask_by_person_min"}


async def on_outage(session: AsyncSession, happened: OutageHappened) -> None:
    if happened.event == "restore":
        await ask_members(session, happened.outage)
        await _plan(session, happened.outage)
    elif happened.event == "majority_no":
        await _take_back(session, happened.outage)


async def ask_members(session: AsyncSession, outage: Outage) -> None:
    """Ask those not asked yet, some hundreds at once."""
    waiting = await outage_repository.members(session, outage.outage_no, status="merged", limit=AT_ONCE)
    for order in waiting:
        step = "person" if needs_a_person(order) else "message"
        await repository.ask(session, order.order_no, outage.outage_no, step=step, at=moment())
        await orders.move(session, order, orders.Act("parent_restored", "system", "ticketing", reason=outage.outage_no))
    if len(waiting) == AT_ONCE:
        await jobs.defer(session, "ticketing.outages.ask_members", {"outage_no": outage.outage_no})


def needs_a_person(order: WorkOrder) -> bool:
    return order.details["critical_user_kind"] != "none" or bool(order.details["is_life_support"])


async def _plan(session: AsyncSession, outage: Outage) -> None:
    at = moment()
    args = {"outage_no": outage.outage_no, "restored_at": outage.restored_at.isoformat() if outage.restored_at else ""}
    key = f"{outage.outage_no}:{at:%Y%m%dT%H%M%S}"
    await jobs.defer(
        session, "ticketing.outages.ask_again", args, key=f"{key}:again", at=at + rules.span("ask_by_sms_min")
    )
    await jobs.defer(
        session, "ticketing.outages.close_silent", args, key=f"{key}:silent", at=at + rules.span("silence_h")
    )


async def _take_back(session: AsyncSession, outage: Outage) -> None:
    """Part of the area is still dark: whoever has not answered waits with the outage again, no single crews (6.4)."""
    for order in await outage_repository.members(session, outage.outage_no, status="awaiting_confirm"):
        await repository.answered(session, order.order_no, "taken_back", at=moment())
        await orders.move(session, order, orders.Act("parent_back", "system", "ticketing", reason=outage.outage_no))


def due_at(check: RestorationCheck) -> datetime | None:
    """When this member is to be asked by the next means; None when there is none left. Calls wait for the day."""
    if check.step not in NEXT:
        return None
    due = (check.asked_at + rules.span(_BY[check.step])).astimezone(clock.TZ)
    return due if NEXT[check.step] == "sms" else _by_day(due)


def _by_day(at: datetime) -> datetime:
    first, last = (rules.value(name) for name in ("calls_from_hour", "calls_until_hour"))
    if at.hour < first:
        return datetime.combine(at.date(), time(first), clock.TZ)
    if at.hour >= last:
        return datetime.combine(at.date() + timedelta(days=1), time(first), clock.TZ)
    return at


async def ask_again(session: AsyncSession, outage_no: str) -> datetime | None:
    """Whoever is due is asked by the next means; gives when somebody is due next, None when nobody will be."""
    now = moment()
    later: list[datetime] = []
    for check, order in await repository.still_open(session, outage_no):
        due = due_at(check)
        if due is not None and due <= now:
            check.step, check.stepped_at = NEXT[check.step], now
            await _tell(session, order, check.step)
            due = due_at(check)
        later += [due] if due else []
    return max(min(later), now + timedelta(minutes=1)) if later else None


async def _tell(session: AsyncSession, order: WorkOrder, means: str) -> None:
    """An event of the order that changes no state: NOTICES sends, a person sees the call on the list."""
    data = {"by": means}
    session.add(
        OrderEvent(
            order_no=order.order_no,
            at=moment(),
            actor="ticketing",
            role="system",
            event="ask_again",
            from_status=order.status,
            to_status=order.status,
            reason=None,
            data=data,
        )
    )
    await session.flush()
    await tell(session, OrderHappened(order, "ask_again", "system", "ticketing", order.status, None, data))
