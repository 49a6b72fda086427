"""A customer's short answer to "您家来电了吗", in whatever state the order is by then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed
from backends.ticketing.outages.restoration import repository
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders import views
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.service import moment


@dataclass(frozen=True)
class Heard:
    """`fresh` is the report of its own that a "no" became."""

    order: WorkOrder
    outcome: str
    fresh: WorkOrder | None = None


async def hear(session: AsyncSession, order_no: str, *, is_yes: bool, actor: str) -> Heard:
    """Raises EventNotAllowed when nothing was asked of this order."""
    order = await orders.get(session, order_no, lock=True)
    if order.status == "merged":  # power has gone again before the answer came
        return Heard(order, "repairing_again")
    if not is_yes and order.status == "closed" and order.details.get("is_restored") == "unconfirmed":
        await orders.move(session, order, orders.Act("reopen", "customer", actor, "客户答未来电"))
        return Heard(order, "reopened")
    await orders.move(session, order, orders.Act("said_yes" if is_yes else "said_no", "customer", actor))
    if is_yes:
        return Heard(order, "restored")
    fresh = await orders.get(session, order.related_order_nos[-1]) if order.parent_order_no else order
    return Heard(order, "new_report", fresh)


async def nobody_answered(session: AsyncSession, outage_no: str, order_no: str) -> WorkOrder:
    """Raises GuardFailed when this member is not on the list."""
    order = await orders.get(session, order_no, lock=True)
    check = await repository.lock(session, order_no)
    if check is None or check.outage_no != outage_no or check.step != "person" or check.answer is not None:
        raise GuardFailed("not on the list of calls")
    check.step, check.stepped_at = "done", moment()
    await session.flush()
    return order


def view(heard: Heard) -> dict[str, Any]:
    return {
        "outcome": heard.outcome,
        "order": views.for_customer(heard.order),
        "new_order": views.for_customer(heard.fresh) if heard.fresh else None,
    }
