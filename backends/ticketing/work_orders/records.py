"""How a draft becomes an order: its row, its number, its first event. Whistle-blowers go to the sealed store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import numbering
from backends.ticketing.complaints.sealed import store
from backends.ticketing.complaints.sealed.store import Reporter
from backends.ticketing.happenings import OrderHappened, tell
from backends.ticketing.order_types import ORDER_TYPES
from backends.ticketing.places.service import Site
from backends.ticketing.processes import service as processes
from backends.ticketing.work_orders import filing, schemas
from backends.ticketing.work_orders.acts import Act, event_row, moment
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.written import valid_details


def site_of(order: WorkOrder) -> Site:
    """Where an order is, for another order about the same home."""
    return Site(
        community=order.community,
        district=None,
        transformer_area=order.transformer_area,
        area_kind=order.area_kind or "urban",
        address_key=order.address_key,
    )


async def insert_about(
    session: AsyncSession, target: WorkOrder, draft: filing.Draft, *, key: str, channel: str | None = None
) -> WorkOrder:
    """An order about another one (an urge, a follow-up): the customer and the place are those of its target, which is
    its parent; the target names it among its related orders."""
    known = ("account_no", "contact_name", "contact_phone", "caller_phone", "address", "community", "transformer_area")
    told = schemas.About.model_validate(
        {"channel": channel or target.channel, **{name: getattr(target, name) for name in known}}
    )
    order = await insert(session, told, draft, site_of(target), key=key, related=[], parent=target.order_no)
    relate_back([target], order)
    return order


def relate_back(others: Sequence[WorkOrder], order: WorkOrder) -> None:
    """Each of the locked others names this order too."""
    for other in others:
        if order.order_no not in other.related_order_nos:
            other.related_order_nos = [*other.related_order_nos, order.order_no]


async def insert(
    session: AsyncSession,
    new: Any,
    draft: filing.Draft,
    site: Site,
    *,
    key: str,
    related: list[str],
    parent: str | None = None,
    partner: str | None = None,
) -> WorkOrder:
    now = moment()
    process = await processes.of_order(session, draft.order_type, new.category, new.user_kind)
    if draft.order_type == "whistle_blow":
        new, site = _seal(session, new, draft, site)
    order = WorkOrder(
        order_no="",
        order_type=draft.order_type,
        status=MACHINES[draft.order_type].initial,
        priority=draft.priority,
        channel=new.channel,
        service_face=ORDER_TYPES[draft.order_type].service_face,
        caller_phone=new.caller_phone,
        received_at=min(new.received_at or now, now),
        registered_at=now,
        sent_at=now,
        account_no=new.account_no,
        community=site.community,
        transformer_area=site.transformer_area,
        area_kind=site.area_kind,
        contact_name=new.contact_name,
        contact_phone=new.contact_phone or new.caller_phone,
        address=new.address or site.community,
        address_key=site.address_key,
        summary=(new.summary or draft.summary)[:200],
        identity_level=new.identity_level,
        owner_team=draft.owner_team,
        deadline_at=draft.deadline_at,
        parent_order_no=parent,
        related_order_nos=list(dict.fromkeys([*new.related_order_nos, *related])),
        attachment_keys=list(new.attachment_keys),
        category=new.category,
        user_kind=new.user_kind,
        process=process.code if process else None,
        partner=partner,
        idempotency_key=key,
        query_code=draft.query_code,
        details=valid_details(draft.order_type, draft.details),
        urge_count=0,
        escalation_level=0,
        clock_paused_s=0,
        reopened_count=0,
    )
    order.order_no = await numbering.next_number(session, draft.order_type, now.date())
    session.add(order)
    await session.flush()  # before its first event, which refers to it
    session.add(event_row(order, Act("register", "system", new.channel, channel=new.channel), None, now))
    await session.flush()
    wished = {"join_outage": getattr(new, "join_outage", None)}
    await tell(session, OrderHappened(order, "register", "system", new.channel, data=wished))
    return order


def _seal(
    session: AsyncSession, new: schemas.NewWhistleBlow, draft: filing.Draft, site: Site
) -> tuple[schemas.NewWhistleBlow, Site]:
    """Put the reporter into the sealed store; the order keeps no name, no phone, no home (9)."""
    who = Reporter(new.contact_name, new.contact_phone, new.caller_phone, wants_reply=not new.is_anonymous)
    said = {name: draft.details[name] for name in ("what", "where", "when_seen")}
    kept = {name: store.without(words, who) for name, words in said.items()}
    if reference := draft.details["reporter_ref"]:
        told = "\n".join(words for words in said.values() if words) if kept != said else None
        store.keep(session, reference, who, told=told, at=moment())
    draft.details.update(kept)
    nobody = dict.fromkeys(
        ("caller_phone", "contact_phone", "contact_name", "account_no", "address", "summary", "category", "user_kind")
    )
    home = replace(site, community=None, transformer_area=None, address_key=None)
    return new.model_copy(update={**nobody, "related_order_nos": []}), home
