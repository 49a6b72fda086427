"""Does a report belong to an outage, and are these reports enough for one? Pure judgement (work-orders 6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backends.ticketing.outages import asking, rules
from backends.ticketing.outages.merging.repository import NO_POWER
from backends.ticketing.outages.models import Outage
from backends.ticketing.places import service as places
from backends.ticketing.work_orders.models import WorkOrder


def is_of_the_area(order: WorkOrder) -> bool:
    """Whether this report may say something about its whole area. One household's own breaker never does."""
    details = order.details
    return details["hazard_kind"] == "none" and details["symptom"] in NO_POWER and not has_own_breaker_out(order)


def has_own_breaker_out(order: WorkOrder) -> bool:
    return bool(order.details["is_breaker_tripped"] == "yes" and order.details["is_neighbour_out"] == "no")


def covers(outage: Outage, order: WorkOrder) -> bool:
    """Same transformer area; by the community where either of them knows no area."""
    if outage.transformer_areas and order.transformer_area:
        is_here = order.transformer_area in outage.transformer_areas
    else:
        is_here = outage.community == order.community
    return is_here and asking.covers(outage, places.building_of(order.address_key))


def is_in_time(outage: Outage, at: datetime) -> bool:
    """A fault gathers for hours after its first report; a planned one from a little before to a little after."""
    if outage.outage_kind == "fault":
        return at <= outage.first_reported_at + rules.span("join_within_h")
    if outage.off_at is None or outage.on_at is None or outage.start_refused_at is not None:
        return False
    ends = max(outage.on_at, outage.eta_restore_at or outage.on_at)
    return outage.off_at - rules.span("planned_join_before_min") <= at <= ends + rules.span("planned_join_after_min")


def is_enough(reports: Sequence[WorkOrder]) -> bool:
    """Three households, or two that say their neighbours are out too (thresholds are dated data)."""
    said = {household(r) for r in reports if r.details["is_neighbour_out"] == "yes"}
    return len({household(r) for r in reports}) >= rules.value("gather_households") or len(said) >= rules.value(
        "gather_neighbours_out"
    )


def household(order: WorkOrder) -> str:
    return order.account_no or order.address_key or order.contact_phone or order.order_no
