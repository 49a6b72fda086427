"""What happens is queued for whoever wants to hear it, in the transaction in which it happens."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, array
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened, OutageHappened
from backends.ticketing.webhooks.models import Delivery, Webhook
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.views import iso
from kernel import ids
from kit import jobs

TASK = "ticketing.webhooks.deliver"
_UNTOLD = frozenset({"whistle_blow"})


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    if order.order_type in _UNTOLD:
        return
    names = ("order_no", "order_type", "status", "priority", "area_kind", "community", "parent_order_no")
    said = {name: getattr(order, name) for name in names}
    await _queue(session, f"order.{happened.event}", {**said, "deadline_at": iso(order.deadline_at)})


async def on_outage(session: AsyncSession, happened: OutageHappened) -> None:
    outage = happened.outage
    names = ("outage_no", "outage_kind", "status", "community", "transformer_areas", "affected_count")
    said = {name: getattr(outage, name) for name in names}
    await _queue(session, f"outage.{happened.event}", {**said, "eta_restore_at": iso(outage.eta_restore_at)})


async def _queue(session: AsyncSession, event: str, said: dict[str, Any]) -> None:
    wanted = (f"{event.split('.')[0]}.*", event)
    wants = sa.type_coerce(Webhook.events, JSONB).has_any(array(wanted))
    query = sa.select(Webhook.webhook_id).where(Webhook.is_active, wants)
    for webhook_id in (await session.execute(query)).scalars():
        delivery_id = ids.new_id("wh")
        body = {"id": delivery_id, "type": event, "at": iso(moment()), "data": said}
        session.add(
            Delivery(
                delivery_id=delivery_id, webhook_id=webhook_id, event=event, body=body, status="queued", tries=0,
                at=moment(),
            )
        )  # fmt: skip
        await jobs.defer(session, TASK, {"delivery_id": delivery_id}, key=f"{TASK}:{delivery_id}")
