"""How a whistle-blowing looks inside: to the sealed team without the reporter's code, to the inspector without
anything that leads to the reporter."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.sealed.models import IdentityLook, IdentityRequest
from backends.ticketing.complaints.whistle import repository
from backends.ticketing.complaints.whistle.models import RestrictedLook
from backends.ticketing.web import Viewer
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.views import iso

_REPORTERS = ("query_code", "reporter_ref", "is_anonymous", "when_seen")


async def view(session: AsyncSession, order: WorkOrder, whole: dict[str, Any], look: Viewer) -> dict[str, Any]:
    """`whole` is the ordinary staff view of the order."""
    case = await repository.case_of(session, order.order_no)
    details = {k: v for k, v in whole["details"].items() if k != "query_code"}
    shown = {k: v for k, v in whole.items() if k != "idempotency_key"}
    if look.role == "inspector":
        details = {k: v for k, v in details.items() if k not in _REPORTERS}
        details |= {"what": case.redacted_what if case else None, "where": case.redacted_where if case else None}
        shown |= {"attachment_keys": [], "received_at": None, "channel": None}
        return shown | {"details": details}
    own = ("channel_apart", "reported_parties", "redacted_what", "redacted_where", "redacted_by")
    return shown | {"details": details, "case": {name: getattr(case, name, None) for name in own}}


def listed(order: WorkOrder) -> dict[str, Any]:
    own = ("order_no", "status", "owner_team", "owner")
    return {
        **{name: getattr(order, name) for name in own},
        "whistle_class": order.details["whistle_class"],
        "deadline_at": iso(order.deadline_at),
    }


def request(row: IdentityRequest) -> dict[str, Any]:
    own = ("request_no", "order_no", "asked_by", "reason", "judicial_ref", "status", "decided_by")
    return {**{name: getattr(row, name) for name in own}, "asked_at": iso(row.asked_at)}


def look_at_order(row: RestrictedLook) -> dict[str, Any]:
    own = ("actor", "role", "doing", "is_allowed")
    return {**{name: getattr(row, name) for name in own}, "at": iso(row.at)}


def look_at_identity(row: IdentityLook) -> dict[str, Any]:
    own = ("actor", "step", "request_no", "why")
    return {**{name: getattr(row, name) for name in own}, "at": iso(row.at)}
