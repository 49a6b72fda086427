"""/v1/accounts/{account_no}/timeline for whoever helps the customer, /v1/audit for whoever watches over both."""

from __future__ import annotations

from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.errors import BadField, RoleNotAllowed
from backends.ticketing.fields import AccountNo, Line, Word
from backends.ticketing.machine import STATUS_ZH
from backends.ticketing.order_types import ORDER_TYPES
from backends.ticketing.timeline import repository
from backends.ticketing.timeline.models import Look
from backends.ticketing.web import Db, Looks
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.views import iso

router = APIRouter(tags=["timeline"])
Account = Annotated[AccountNo, Path()]


@router.get("/accounts/{account_no}/timeline")
async def timeline(account_no: Account, db: Db, look: Looks, reason: Annotated[Line, Query()]) -> dict[str, Any]:
    """Newest first. Who looks, and what for, is written down before anything is shown."""
    staff_only(look)
    if not look.actor or not look.role:
        raise BadField("X-Actor", "who looks: X-Actor and X-Role")
    async with db.transaction() as session:
        session.add(Look(account_no=account_no, actor=look.actor, role=look.role, reason=reason, at=moment()))
        steps = [_step(event, order) for event, order in await repository.events(session, account_no)]
        told = [_told(delivery, notice) for delivery, notice in await repository.told(session, account_no)]
    return {"account_no": account_no, "items": sorted([*steps, *told], key=itemgetter("at"), reverse=True)}


@router.get("/audit")
async def audit(
    db: Db,
    look: Looks,
    account_no: Annotated[AccountNo | None, Query()] = None,
    actor: Annotated[Word | None, Query()] = None,
) -> dict[str, Any]:
    """Everything done, refused and looked at: of one customer, or by one member of staff. Supervisors only."""
    staff_only(look)
    if look.role not in ("supervisor", "auditor"):
        raise RoleNotAllowed("a supervisor or an auditor is wanted (X-Role)")
    if account_no is None and actor is None:
        raise BadField("account_no", "whose: account_no, or actor")
    asked = {"account_no": account_no, "actor": actor}
    async with db.reading() as session:
        done = [_done(row) for row in await repository.changes(session, **asked)]
        refused = [_refused(row) for row in await repository.refused(session, **asked)]
        looked = [_looked(row) for row in await repository.looks(session, **asked)]
    return {"items": sorted([*done, *refused, *looked], key=itemgetter("at"), reverse=True)}


def _step(event: Any, order: Any) -> dict[str, Any]:
    return {
        "at": iso(event.at), "kind": "step", "order_no": order.order_no, "order_type": order.order_type,
        "type_label": ORDER_TYPES[order.order_type].zh, "event": event.event,
        "status_label": STATUS_ZH[event.to_status], "by": event.actor, "role": event.role,
        "channel": event.channel or order.channel, "summary": order.summary,
    }  # fmt: skip


def _told(delivery: Any, notice: Any) -> dict[str, Any]:
    return {
        "at": iso(delivery.sent_at or delivery.queued_at), "kind": "notice", "order_no": delivery.order_no,
        "template": notice.template, "channel": delivery.channel, "state": delivery.state,
    }  # fmt: skip


def _done(event: Any) -> dict[str, Any]:
    return {
        "at": iso(event.at), "kind": "change", "order_no": event.order_no, "event": event.event,
        "actor": event.actor, "role": event.role, "client": event.client, "reason": event.reason,
    }  # fmt: skip


def _refused(row: Any) -> dict[str, Any]:
    return {
        "at": iso(row.at), "kind": "refused", "order_no": row.order_no, "event": row.event, "actor": row.actor,
        "role": row.role, "client": row.client, "reason": row.code,
    }  # fmt: skip


def _looked(row: Look) -> dict[str, Any]:
    return {
        "at": iso(row.at), "kind": "look", "account_no": row.account_no, "event": "look", "actor": row.actor,
        "role": row.role, "reason": row.reason,
    }  # fmt: skip
