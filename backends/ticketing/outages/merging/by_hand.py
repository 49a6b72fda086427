"""What people decide about outages and their members: join, split, merge two, change the areas (work-orders 6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import BadField, GuardFailed
from backends.ticketing.outages import members, schemas, service
from backends.ticketing.outages import repository as outage_repository
from backends.ticketing.outages.merging import taking
from backends.ticketing.outages.merging.repository import Area
from backends.ticketing.outages.models import Outage
from backends.ticketing.work_orders import repository as order_repository
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.models import OrderEvent, WorkOrder
from backends.ticketing.work_orders.service import moment


@dataclass(frozen=True)
class Hand:
    """Who decides, and why."""

    role: str
    actor: str
    reason: str


async def join(session: AsyncSession, outage_no: str, order_no: str, hand: Hand) -> Outage:
    """Raises GuardFailed for a hazard, an ended outage, or a member of another one; EventNotAllowed, RoleNotAllowed."""
    outage = await service.get(session, outage_no, lock=True)
    order = await orders.get(session, order_no, lock=True)
    if order.parent_order_no:
        raise GuardFailed(f"a member of {order.parent_order_no} already")
    await members.join(session, outage, order, role=hand.role, actor=hand.actor)
    await session.flush()
    return outage


async def split(session: AsyncSession, outage_no: str, order_nos: Sequence[str], hand: Hand) -> Outage:
    """Each becomes a report of its own again, with its earlier promise. Raises GuardFailed for a stranger."""
    outage = await service.get(session, outage_no, lock=True)
    for order_no in sorted(set(order_nos)):
        order = await orders.get(session, order_no, lock=True)
        if order.parent_order_no != outage_no:
            raise GuardFailed(f"{order_no} is no member of {outage_no}")
        await _detach(session, order, hand)
    return outage


async def _detach(session: AsyncSession, order: WorkOrder, hand: Hand) -> None:
    await orders.move(session, order, orders.Act("detach", hand.role, hand.actor, hand.reason))


async def merge(session: AsyncSession, one_no: str, other_no: str, hand: Hand) -> Outage:
    """One line tripped, two outages were declared: the older number stays, the other is closed `merged`.

    Raises:
        GuardFailed: the same one twice, or the younger has no areas to bring. EventNotAllowed: power is back in one.
    """
    if one_no == other_no:
        raise GuardFailed("an outage does not go into itself")
    both = [await service.get(session, number, lock=True) for number in sorted({one_no, other_no})]
    older, younger = sorted(both, key=lambda outage: (outage.registered_at, outage.outage_no))
    if younger.community != older.community and not (younger.transformer_areas and older.transformer_areas):
        raise GuardFailed("of two communities: say the transformer areas first")
    younger.merged_into = older.outage_no
    await _take_over(session, older, younger, hand)
    await service.move(session, younger, _act("merge_into", hand, f"并入 {older.outage_no}：{hand.reason}"))
    return await service.move(session, older, _act("absorb", hand, f"{younger.outage_no} 并入：{hand.reason}"))


def _act(event: str, hand: Hand, reason: str) -> schemas.OutageAct:
    return schemas.OutageAct(event=event, role=hand.role, actor=hand.actor, reason=reason)


async def _take_over(session: AsyncSession, older: Outage, younger: Outage, hand: Hand) -> None:
    areas = [*older.transformer_areas, *younger.transformer_areas]
    older.transformer_areas = list(dict.fromkeys(areas))
    is_whole = not (older.buildings and younger.buildings)
    older.buildings = [] if is_whole else [*older.buildings, *younger.buildings]
    older.affected_count += younger.affected_count
    older.priority = min(older.priority, younger.priority)
    older.on_site_by = min(older.on_site_by, younger.on_site_by)
    older.first_reported_at = min(older.first_reported_at, younger.first_reported_at)
    for order in await outage_repository.members(session, younger.outage_no, status="merged"):
        _change_parent(session, order, older, hand)
    await outage_repository.move_subscriptions(session, younger.outage_no, older.outage_no)
    await session.flush()


def _change_parent(session: AsyncSession, order: WorkOrder, older: Outage, hand: Hand) -> None:
    told = {"from": order.parent_order_no, "to": older.outage_no}
    order.parent_order_no = older.outage_no
    members.relate(order, older.outage_no)
    session.add(
        OrderEvent(
            order_no=order.order_no,
            at=moment(),
            actor=hand.actor,
            role=hand.role,
            event="parent_changed",
            from_status=order.status,
            to_status=order.status,
            reason=hand.reason,
            data=told,
        )
    )


async def change_areas(
    session: AsyncSession, outage_no: str, hand: Hand, *, add: Sequence[str], remove: Sequence[str]
) -> Outage:
    """Members of an area taken out stand alone again; reports of an area put in join.

    Raises:
        BadField: nothing would be left. GuardFailed, EventNotAllowed, RoleNotAllowed.
    """
    await order_repository.lock_household(session, *(f"area:{code}" for code in add))
    outage = await service.get(session, outage_no, lock=True)
    kept = [code for code in outage.transformer_areas if code not in remove]
    outage.transformer_areas = list(dict.fromkeys([*kept, *add]))
    if not outage.transformer_areas:
        raise BadField("remove", "an outage keeps one area at least: dismiss it or close it instead")
    await service.move(session, outage, _act("change_areas", hand, hand.reason))
    for order in await outage_repository.members(session, outage_no, status="merged"):
        if order.transformer_area in remove:
            await _detach(session, order, Hand("system", hand.actor, f"{order.transformer_area} 已移出 {outage_no}"))
    for code in add:
        await taking.take_reports(session, outage, Area(code, None))
    return outage
