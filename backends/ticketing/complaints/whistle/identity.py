"""Seeing who the reporter is: asked with a reason, approved by a second person, shown once (9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.errors import SealedAway, SecondPersonNeeded, ShownAlready
from backends.ticketing.complaints.sealed.models import IdentityLook, IdentityRequest
from backends.ticketing.complaints.whistle import repository
from backends.ticketing.errors import GuardFailed, OrderNotFound
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.models import WorkOrder
from kernel import ids

APPROVAL_HOLDS = timedelta(hours=24)


async def ask(
    session: AsyncSession, order: WorkOrder, *, actor: str, reason: str, judicial_ref: str | None
) -> IdentityRequest:
    """Raises OrderNotFound when nobody gave a name, SealedAway after sealing without a judicial order."""
    reporter = await repository.reporter_of(session, order)
    if reporter is None:
        raise OrderNotFound("no identity was given with this order", code="no_identity")
    if reporter.sealed_at and not judicial_ref:
        raise SealedAway("sealed thirty days after closing: a written judicial order is needed")
    asked = IdentityRequest(
        request_no=ids.new_id("IR"),
        order_no=order.order_no,
        reporter_ref=reporter.reporter_ref,
        asked_by=actor,
        asked_at=moment(),
        reason=reason,
        judicial_ref=judicial_ref,
        status="waiting",
    )
    session.add(asked)
    await session.flush()
    note(session, asked, actor, "asked", reason)
    return asked


async def decide(session: AsyncSession, asked: IdentityRequest, *, actor: str, is_approved: bool) -> None:
    """Raises SecondPersonNeeded when the asker decides; GuardFailed when it is decided already."""
    if actor == asked.asked_by:
        raise SecondPersonNeeded("a second authorised person decides")
    if asked.status != "waiting":
        raise GuardFailed(f"the request is {asked.status}")
    asked.status = "approved" if is_approved else "refused"
    asked.decided_by, asked.decided_at = actor, moment()
    note(session, asked, actor, asked.status)


async def show_once(session: AsyncSession, order: WorkOrder, asked: IdentityRequest, *, actor: str) -> dict[str, Any]:
    """Name and phone, to whoever asked, once. Raises SecondPersonNeeded, ShownAlready, SealedAway."""
    if asked.status == "looked":
        raise ShownAlready("shown once already: ask anew")
    if asked.status != "approved" or actor != asked.asked_by or asked.decided_at is None:
        raise SecondPersonNeeded("only whoever asked sees it, after a second person approved")
    if moment() - asked.decided_at > APPROVAL_HOLDS:
        raise ShownAlready("the approval is older than a day: ask anew")
    reporter = await repository.reporter_of(session, order)
    if reporter is None or (reporter.sealed_at and not asked.judicial_ref):
        raise SealedAway("sealed meanwhile: a written judicial order is needed")
    asked.status = "looked"
    note(session, asked, actor, "looked")
    return {name: getattr(reporter, name) for name in ("contact_name", "contact_phone", "wants_reply", "told")}


def note(session: AsyncSession, asked: IdentityRequest, actor: str, step: str, why: str | None = None) -> None:
    session.add(
        IdentityLook(at=moment(), order_no=asked.order_no, request_no=asked.request_no, actor=actor, step=step, why=why)
    )
