"""How an outage with its members looks to staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import RoleNotAllowed
from backends.ticketing.outages import schemas
from backends.ticketing.outages.models import Outage
from backends.ticketing.outages.restoration import repository as restoration
from backends.ticketing.outages.restoration.models import RestorationCheck
from backends.ticketing.web import Viewer
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.views import iso


def require_staff(look: Viewer) -> None:
    """Raises RoleNotAllowed: members are households by name."""
    if not look.is_staff:
        raise RoleNotAllowed("for staff")


async def all_whole(session: AsyncSession, outages: Sequence[Outage]) -> list[dict[str, Any]]:
    """Each with what its members answered."""
    counts = await restoration.counts(session, [outage.outage_no for outage in outages])
    return [
        schemas.view(outage) | _counted(outage, counts.get(outage.outage_no, restoration.Counts()))
        for outage in outages
    ]


async def whole(session: AsyncSession, outage: Outage) -> dict[str, Any]:
    return (await all_whole(session, [outage]))[0]


def _counted(outage: Outage, counts: restoration.Counts) -> dict[str, Any]:
    members = sum(counts)
    return {
        "households": max(outage.affected_count, members),
        "members": members,
        "members_yes": counts.yes,
        "members_no": counts.no,
        "members_silent": counts.silent,
    }


def member(order: WorkOrder, check: RestorationCheck | None) -> dict[str, Any]:
    """One member, whole: for staff only."""
    details = order.details
    return {
        "order_no": order.order_no,
        "status": order.status,
        "priority": order.priority,
        "registered_at": iso(order.registered_at),
        "account_no": order.account_no,
        "contact_name": order.contact_name,
        "contact_phone": order.contact_phone,
        "address": order.address,
        "transformer_area": order.transformer_area,
        "critical_user_kind": details["critical_user_kind"],
        "is_life_support": details["is_life_support"],
        "on_site_by": details["on_site_by"],
        "is_restored": details["is_restored"],
        "asked_at": iso(check.asked_at) if check else None,
        "asked_by": check.step if check else None,
        "answered_at": iso(check.answered_at) if check else None,
        "new_order_no": check.new_order_no if check else None,
    }
