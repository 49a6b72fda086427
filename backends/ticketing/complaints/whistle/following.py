"""What whistle-blowing does when something happens to one: its case, its guards, sealing after thirty days."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.errors import NotRedacted, OwnCase
from backends.ticketing.complaints.whistle import repository, roster
from backends.ticketing.complaints.whistle.models import WhistleCase
from backends.ticketing.happenings import OrderHappened
from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.models import WorkOrder
from kit import jobs

SEALED_AFTER = timedelta(days=30)


async def check(session: AsyncSession, order: WorkOrder, act: Act) -> None:
    """Raises NotRedacted, OwnCase: who is reported is gone round, and nothing betraying leaves the team."""
    if order.order_type != "whistle_blow" or act.event != "assign":
        return
    case = await repository.case_of(session, order.order_no)
    if case is None or not case.redacted_what:
        raise NotRedacted("take out what may lead to the reporter first (redaction)")
    if not order.owner:
        raise NotRedacted("name the inspector (data.owner)")
    for who in (order.owner, order.tracker, order.owner_team):
        if who and any(who in party or party in who for party in case.reported_parties):
            raise OwnCase("whoever is reported has no right on this order")


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    if order.order_type != "whistle_blow":
        return
    if happened.event == "register":
        apart = roster.APART.get(order.details["whistle_class"])
        session.add(WhistleCase(order_no=order.order_no, channel_apart=apart, reported_parties=[]))
        order.owner_team = apart or order.owner_team
    elif order.closed_at is not None:
        key = f"seal:{order.order_no}"
        args = {"order_no": order.order_no}
        at = order.closed_at + SEALED_AFTER
        await jobs.defer(session, "ticketing.complaints.seal_identity", args, key=key, at=at)
