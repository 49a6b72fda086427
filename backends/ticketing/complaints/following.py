"""What complaints do when something happens to an order."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints import repository, service
from backends.ticketing.complaints.errors import WaitedLongEnough
from backends.ticketing.happenings import OrderHappened
from backends.ticketing.order_types import ORDER_TYPES
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder


async def check(session: AsyncSession, order: WorkOrder, act: Act) -> None:
    """Raises WaitedLongEnough when the customer's three days are used up."""
    if order.order_type == "complaint" and act.event == "ask_customer" and service.left_to_wait(order) <= timedelta(0):
        raise WaitedLongEnough("the customer was waited for three days: go on with what is there")


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    if order.order_type != "complaint":
        return
    if happened.event == "register":
        await service.open_file(session, order)
    elif happened.event == "assign":
        await _to_department(session, order)
    elif happened.event == "ask_customer":
        await service.start_waiting(session, order)
    elif happened.event == "refuse":
        order.escalation_level = min(order.escalation_level + 1, 3)
    elif happened.event == "refuse_again":
        service.tell_outside_way(session, order, moment())


async def _to_department(session: AsyncSession, order: WorkOrder) -> None:
    """The department of the class answers, unless the desk named another team."""
    file = await repository.file_of(session, order.order_no)
    if file and order.owner_team == ORDER_TYPES["complaint"].owner_team:
        order.owner_team = file.department
