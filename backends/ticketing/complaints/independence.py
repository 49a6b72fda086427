"""Nobody handles, tracks or approves their own case (work-orders 4.5, service-catalogue 2.7)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints import repository
from backends.ticketing.complaints.errors import OwnCase
from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.models import WorkOrder

_INSIDE = {"complaint_desk", "handler", "supervisor", "department"}
_ABOUT_WORK = {"repair", "attitude"}


async def check(session: AsyncSession, order: WorkOrder, act: Act) -> None:
    """Raises OwnCase. Asked before every event; other types and the customer's own acts pass."""
    if order.order_type != "complaint" or act.role not in _INSIDE:
        return
    named = await complained_of(session, order)
    if is_one_of(act.actor, named):
        raise OwnCase(f"{act.actor} is complained of")
    if act.event == "assign":
        for who in (order.owner, order.tracker, order.owner_team):
            if who and is_one_of(who, named):
                raise OwnCase(f"{who} is complained of")
    if act.event == "approve":
        handled_by = {order.owner, await repository.last_actor(session, order.order_no, "conclude")}
        if act.actor in handled_by:
            raise OwnCase("whoever handled it does not approve it")


async def complained_of(session: AsyncSession, order: WorkOrder) -> list[str]:
    """Who the complaint is about: as the customer said, and who had the related work in hand."""
    named = [order.details["staff_or_team"]] if order.details.get("staff_or_team") else []
    if order.details["complaint_class"] in _ABOUT_WORK:
        named += await repository.owners_of(session, list(order.related_order_nos))
    return named


def is_one_of(who: str, named: list[str]) -> bool:
    """滨河抢修二班 is meant by 滨河抢修二班王师傅, and by 抢修二班."""
    return any(who in name or (len(name) > 2 and name in who) for name in named)
