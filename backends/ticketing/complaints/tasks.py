"""Later work of complaints."""

from __future__ import annotations

from backends.ticketing.complaints.whistle import repository as whistle
from backends.ticketing.complaints.whistle.following import SEALED_AFTER
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.service import Act
from backends.ticketing.work_orders.views import iso
from kit import jobs


@jobs.task("ticketing.complaints.waited_enough")
async def waited_enough(order_no: str, waiting_since: str) -> None:
    """Three days of waiting are over: go on with what is there. Does nothing when the customer answered meanwhile."""
    async with jobs.database().transaction() as session:
        order = await orders.get(session, order_no, lock=True)
        if order.status == "waiting_customer" and iso(order.paused_at) == waiting_since:
            await orders.move(session, order, Act("silent", "system", "ticketing", "客户三日未补充"))


@jobs.task("ticketing.complaints.seal_identity")
async def seal_identity(order_no: str) -> None:
    """Thirty days after the case was closed the reporter's identity is shut away. Does nothing twice."""
    async with jobs.database().transaction() as session:
        order = await orders.get(session, order_no, lock=True)
        if order.closed_at is None or moment() < order.closed_at + SEALED_AFTER:
            return
        reporter = await whistle.reporter_of(session, order, lock=True)
        if reporter and reporter.sealed_at is None:
            reporter.sealed_at = moment()
