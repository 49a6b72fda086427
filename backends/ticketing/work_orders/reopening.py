"""The same trouble once more after an order was closed (work-orders 7.1): reopened, or a new order beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed
from backends.ticketing.work_orders import filing, noting, records, repository, schemas
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.guards import REOPEN_AT_MOST, Moment, within_reopening
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import move


@dataclass(frozen=True)
class Again:
    """`order` is the old one reopened, or the new one. After the third time the customer is told of complaining."""

    order: WorkOrder
    is_new: bool = False
    offer_complaint: bool = False


async def again(session: AsyncSession, order: WorkOrder, act: Act, *, key: str) -> Again:
    """Reopen a locked, closed order; too late or too often: a new order, both related.

    Raises:
        EventNotAllowed: it is not closed, or its kind is never reopened. GuardFailed, RoleNotAllowed.
    """
    can_reopen = bool(MACHINES[order.order_type].rows(order.status, "reopen"))
    if not can_reopen or within_reopening(order, Moment(moment(), act)) is None:
        return Again(await move(session, order, act))
    if act.role != "customer":
        raise GuardFailed("only the customer says that it is not over")
    fresh = await _file_again(session, order, key)
    too_often = order.reopened_count >= REOPEN_AT_MOST
    fresh.escalation_level = max(fresh.escalation_level, 2 if too_often else 1)
    await noting.note(session, order, Act("filed_again", "system", "ticketing", fresh.order_no))
    if too_often:
        why = f"{order.order_no} 已重开 {REOPEN_AT_MOST} 次仍未解决"
        await noting.note(session, fresh, Act("complaint_hint", "system", "ticketing", f"{why}，可直接登记投诉"))
        await noting.note(session, fresh, Act("supervisor_note", "system", "ticketing", f"{why}，请主管跟进"))
    return Again(fresh, is_new=True, offer_complaint=too_often)


async def _file_again(session: AsyncSession, order: WorkOrder, key: str) -> WorkOrder:
    """The old order told anew: same customer, same place, same matter, clocks from now."""
    model = schemas.FILED[order.order_type]
    known = ("channel", "account_no", "contact_name", "contact_phone", "caller_phone", "address")
    told: dict[str, Any] = {name: value for name, value in order.details.items() if name in model.model_fields}
    told |= {name: getattr(order, name) for name in known}
    summary = f"再次反映（原单 {order.order_no}）：{order.summary}"[:200]
    new = model.model_validate({**told, "order_type": order.order_type, "summary": summary})
    site = records.site_of(order)
    area = site.transformer_area or site.community
    await repository.lock_household(session, *([f"area:{area}"] if area else []))
    draft = filing.draft(new, filing.Context(moment(), site))
    fresh = await records.insert(session, new, draft, site, key=key, related=[order.order_no])
    if fresh.status == "registered" and order.order_type == "fault_report":
        fresh.owner_team = order.owner_team
    records.relate_back([order], fresh)
    for event in draft.after:
        if MACHINES[fresh.order_type].rows(fresh.status, event):
            await move(session, fresh, Act(event, "system", "ticketing"))
    return fresh
