"""What happens to an order or an outage, told to whom it concerns: the notice column of the state machines."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened
from backends.ticketing.notices import kinds, service, templates, wording
from backends.ticketing.notices.channels import first_choice
from backends.ticketing.notices.service import Recipient, Said
from backends.ticketing.outages import repository as outages
from backends.ticketing.work_orders import repository as orders
from backends.ticketing.work_orders.models import WorkOrder

# Orders that carry no customer: their own history is all there is.
_SILENT = frozenset({"whistle_blow"})
# Whether power is back is asked again by other means (work-orders.md 6.4); a person is none of ours.
_ASKS = {"sms": "sms", "call": "phone"}
_OF_OUTAGE = frozenset({"merge", "known_only", "parent_back"})


async def follow_order(session: AsyncSession, happened: OrderHappened) -> None:
    """Queue what the customer of this order is told of this event; nothing where the table says 无."""
    means = happened.data.get("by") if happened.event == "ask_again" else None
    if happened.event == "ask_again" and means not in _ASKS:
        return
    key = f"order:{happened.order.order_no}:{happened.event}:{happened.order.version}"
    key += f":{means}" if means else ""
    await tell_customer(
        session,
        happened.order,
        happened.event,
        dedupe_key=key,
        reason=happened.reason,
        channel=_ASKS.get(means or ""),
    )


async def tell_customer(
    session: AsyncSession,
    order: WorkOrder,
    event: str,
    *,
    dedupe_key: str,
    reason: str | None = None,
    channel: str | None = None,
) -> str | None:
    """The sentence of this event to the customer of this order, by the channel they came by unless one is given; the
    notice's id, None when the event has no sentence or it was said before."""
    if order.order_type in _SILENT:
        return None
    template = templates.of_event(order.order_type, event, "member" if order.parent_order_no else None, order.status)
    if template is None:
        return None
    facts = wording.of_order(order, reason=reason) | await _beyond(session, order, event)
    kind = kinds.in_force(template.kind, service.moment().date())
    chosen = channel or first_choice(order.channel, rings=kind.rings)
    to = Recipient(order.contact_phone or order.caller_phone, chosen, order.account_no)
    return await service.say_to(session, Said(template, facts, dedupe_key, order_no=order.order_no), to)


async def _beyond(session: AsyncSession, order: WorkOrder, event: str) -> dict[str, object]:
    """Facts that stand elsewhere: the outage a report was merged into, the report a "no" became."""
    if event in _OF_OUTAGE and order.parent_order_no:
        outage = await outages.get(session, order.parent_order_no)
        return wording.of_outage(outage) if outage else {}
    if event == "said_no" and order.related_order_nos:
        fresh = await orders.get(session, order.related_order_nos[-1])
        if fresh is not None:
            return {"new_order_no": fresh.order_no, "on_site_part": wording.of_order(fresh)["on_site_part"]}
    return {}
