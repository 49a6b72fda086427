"""A home that stayed dark after its outage was restored gets a report of its own (domain/work-orders.md 6.4)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.work_orders import filing, records, schemas
from backends.ticketing.work_orders.acts import Act, Move, moment
from backends.ticketing.work_orders.models import WorkOrder
from kernel import ids


async def file_split(session: AsyncSession, order: WorkOrder, move: Move) -> None:
    """A member said "no power yet": a report of its own, clock from now, same crew; the member is closed (6.4)."""
    site = records.site_of(order)
    kept = ("symptom", "critical_user_kind", "is_life_support", "landmark", "pole_no")
    told = {
        "order_type": "fault_report",
        "channel": order.channel,
        "account_no": order.account_no,
        "contact_name": order.contact_name,
        "contact_phone": order.contact_phone,
        "address": order.address,
        "summary": f"送电后本户仍无电（原单 {order.order_no}）",
        **{name: order.details[name] for name in kept},
    }
    new = schemas.NewFaultReport.model_validate(told)
    ctx = filing.Context(moment(), site, split_from=order.parent_order_no)
    related = [order.order_no, *([order.parent_order_no] if order.parent_order_no else [])]
    key = f"{order.order_no}:restored-no:{ids.new_id('s')}"
    fresh = await records.insert(session, new, filing.draft(new, ctx), site, key=key, related=related)
    fresh.owner_team = order.owner_team
    await move(session, fresh, Act("dispatch", "system", "ticketing"))
    order.related_order_nos = [*order.related_order_nos, fresh.order_no]
    await move(session, order, Act("new_filed", "system", "ticketing", reason=fresh.order_no))
