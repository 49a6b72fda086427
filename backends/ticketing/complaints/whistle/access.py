"""May this person open this whistle-blowing? Every look is a record, a refused one alarms the supervisor (9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints import alarms
from backends.ticketing.complaints.whistle import repository, roster
from backends.ticketing.complaints.whistle.models import RestrictedLook
from backends.ticketing.errors import Restricted
from backends.ticketing.numbering import type_of
from backends.ticketing.web import Viewer
from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock
from kernel.errors import ServiceError
from kit.db import Database

if TYPE_CHECKING:
    from backends.ticketing.work_orders.schemas import NewEvent

SEALED_ROLES = frozenset({"sealed_team", "sealed_lead"})


async def require(db: Database, order_no: str, look: Viewer, event: NewEvent) -> None:
    """Moving a whistle-blowing needs the headers of who moves it. Raises Restricted; other orders pass."""
    if type_of(order_no) != "whistle_blow":
        return
    async with db.transaction() as session:  # a refusal is kept although the answer is an error
        order = await session.get(WorkOrder, order_no)
        mine = look.actor == event.actor and look.role == event.role
        problem = await refusal(session, order, look, doing=event.event) if order and mine else None
        if order is None or not mine:
            problem = _refuse(session, order_no, look, event.event)
    if problem:
        raise problem


async def refusal(session: AsyncSession, order: WorkOrder, look: Viewer, *, doing: str) -> ServiceError | None:
    """None when the look is allowed; either way it is written down."""
    if not look.is_staff or not await _may(session, order, look):
        return _refuse(session, order.order_no, look, doing)
    _record(session, order.order_no, look, doing, is_allowed=True)
    return None


async def _may(session: AsyncSession, order: WorkOrder, look: Viewer) -> bool:
    """The team the case belongs to, and the inspector it was given to; never who is reported."""
    case = await repository.case_of(session, order.order_no)
    if look.actor is None or (case and look.actor in case.reported_parties):
        return False
    if look.role == "inspector":
        return order.owner == look.actor
    found = roster.member(look.actor, look.role, clock.now().date())
    if found is None or (case and found.team in case.reported_parties):
        return False
    return found.team == ((case and case.channel_apart) or roster.SEALED)


def _refuse(session: AsyncSession, order_no: str, look: Viewer, doing: str) -> Restricted:
    _record(session, order_no, look, doing, is_allowed=False)
    if look.is_staff or look.actor:  # a customer who typed a number is no intruder
        tell_supervisor(session, order_no, look, doing)
    return Restricted("ask with the query code; staff of the sealed team show X-Role and X-Actor")


def _record(session: AsyncSession, order_no: str, look: Viewer, doing: str, *, is_allowed: bool) -> None:
    session.add(
        RestrictedLook(
            at=clock.now(), order_no=order_no, actor=look.actor, role=look.role, doing=doing, is_allowed=is_allowed
        )
    )


def tell_supervisor(session: AsyncSession, order_no: str, look: Viewer, doing: str) -> None:
    data = {"role": look.role, "client": look.client}
    what = f"越权查看受限工单（{doing}）"
    alarms.raise_alarm(session, "restricted_look", what, order_no=order_no, actor=look.actor, data=data)
