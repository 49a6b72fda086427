"""The merging rule (work-orders 6.3): a report of no power joins the outage of its area, or with others makes one.

A hazard is never merged, only related: somebody may be in danger there. Two reports of one area wait for each other
(the advisory lock `area:…`, taken while a report is filed, before its number), so that a storm makes one outage.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened
from backends.ticketing.outages import members, rules, service
from backends.ticketing.outages.merging import fit, proposing, repository
from backends.ticketing.outages.merging.repository import Area
from backends.ticketing.outages.models import Outage
from backends.ticketing.places import service as places
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.service import moment


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    """A fresh fault report finds its outage. The one a customer chose to join goes first."""
    order = happened.order
    if happened.event != "register" or order.order_type != "fault_report" or order.details["split_from"]:
        return
    if chosen := happened.data.get("join_outage"):
        await _join_chosen(session, order, chosen)
    if order.status == "registered":
        await _gather(session, order, Area(order.transformer_area, order.community))


async def _join_chosen(session: AsyncSession, order: WorkOrder, outage_no: str) -> None:
    """An outage that has ended meanwhile leaves the report on its own: nobody's report is lost to a race."""
    outage = await service.get(session, outage_no, lock=True)
    members.relate(order, outage_no)
    may_join = order.details["hazard_kind"] == "none" and not fit.has_own_breaker_out(order)
    if may_join and outage.restored_at is None and outage.is_open:
        await members.join(session, outage, order)


async def _gather(session: AsyncSession, order: WorkOrder, area: Area) -> None:
    if area.name is None:
        return
    is_hazard = order.details["hazard_kind"] != "none"
    if not is_hazard and not fit.is_of_the_area(order):
        return
    near = await repository.running_near(session, area)
    outage = next((o for o in near if fit.covers(o, order) and fit.is_in_time(o, order.registered_at)), None)
    if outage is not None:
        outage = await service.get(session, outage.outage_no, lock=True)
    if outage is not None and outage.is_open and outage.restored_at is None:
        await (_relate(session, order, outage) if is_hazard else members.join(session, outage, order))
        return
    if not is_hazard:
        declared = await _declare_if_many(session, order, area)
        if declared is None:
            await proposing.for_report(session, order, near)


async def _relate(session: AsyncSession, order: WorkOrder, outage: Outage) -> None:
    """A hazard keeps its own order and crew; the outage becomes as urgent as it is."""
    members.relate(order, outage.outage_no)
    outage.priority = min(outage.priority, order.priority)
    await session.flush()


async def _declare_if_many(session: AsyncSession, order: WorkOrder, area: Area) -> Outage | None:
    now = moment()
    alone = await repository.not_gathered(session, area, since=now - rules.span("gather_within_min"))
    if not fit.is_enough(alone):
        return None
    since = now - rules.span("join_within_h")
    own = await repository.lock_not_gathered(session, area, since=since, statuses=sorted(members.NOT_ON_SITE))
    outage = await _declare(session, order, own)
    for report in own:
        await members.join(session, outage, report)
    await service.move_by_system(session, outage, "confirm")
    await proposing.for_outage(session, outage)
    return outage


async def _declare(session: AsyncSession, order: WorkOrder, own: Sequence[WorkOrder]) -> Outage:
    """Suspected until the rule confirms it; the clock to be on site runs from the earliest report."""
    place = await places.named(session, order.community)
    earliest = min(own, key=members.promised_at)
    outage = Outage(
        outage_no="",
        outage_kind="fault",
        status="suspected",
        priority=members.AREA_PRIORITY,
        community=order.community or order.transformer_area or "",
        district=place.district if place else None,
        transformer_areas=[order.transformer_area] if order.transformer_area else [],
        buildings=[],
        area_kind=order.area_kind or "urban",
        reason_public="原因排查中",
        affected_count=places.households_of(place, order.transformer_area) if place else len(own),
        declared_by="auto",
        crew_team=earliest.owner_team,
        first_reported_at=min(report.received_at for report in own),
        registered_at=moment(),
        on_site_by=members.promised_at(earliest),
    )
    return await service.open_outage(session, outage, role="system", actor="ticketing")
