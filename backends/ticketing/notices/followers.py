"""What happens to an order or an outage, told to whom it concerns: the notice column of the state machines."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.happenings import OrderHappened
from backends.ticketing.notices import audience, kinds, service, templates, wording
from backends.ticketing.notices.channels import first_choice
from backends.ticketing.notices.service import Said
from backends.ticketing.outages import repository as outages
from backends.ticketing.work_orders import repository as orders

# Orders that carry no customer: their own history is all there is.
_SILENT = frozenset({"whistle_blow"})
# Whether power is back is asked again by other means (work-orders.md 6.4); a person is none of ours.
_ASKS = {"sms": "sms", "call": "phone"}


async def follow_order(session: AsyncSession, happened: OrderHappened) -> None:
    """Queue what the customer of this order is told of this event; nothing where the table says 无."""
    order = happened.order
    if order.order_type in _SILENT:
        return
    if happened.event == "ask_again" and happened.data.get("by") not in _ASKS:
        return
    member = "member" if order.parent_order_no else None
    template = templates.of_event(order.order_type, happened.event, member, order.status)
    if template is None:
        return
    facts = wording.of_order(order, reason=happened.reason) | await _beyond(session, happened)
    kind = kinds.in_force(template.kind, service.moment().date())
    phone = order.contact_phone or order.caller_phone
    channel = _ASKS.get(happened.data.get("by", "")) or first_choice(order.channel, rings=kind.rings)
    source = audience.order_contact(order.order_no, phone, order.account_no, channel)
    key = f"order:{order.order_no}:{happened.event}:{order.version}"
    await service.say(session, Said(template, facts, key, order_no=order.order_no), [source])


async def _beyond(session: AsyncSession, happened: OrderHappened) -> dict[str, object]:
    """Facts that stand elsewhere: the outage a report was merged into, the report a "no" became."""
    order = happened.order
    if happened.event in ("merge", "known_only") and order.parent_order_no:
        outage = await outages.get(session, order.parent_order_no)
        return wording.of_outage(outage, reason=happened.reason) if outage else {}
    if happened.event == "said_no" and order.related_order_nos:
        fresh = await orders.get(session, order.related_order_nos[-1])
        if fresh is not None:
            return {"new_order_no": fresh.order_no, "on_site_part": wording.of_order(fresh)["on_site_part"]}
    return {}
