"""/v1/work-orders"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import cursors
from backends.ticketing.clocks import repository as clocks
from backends.ticketing.clocks import views as clock_views
from backends.ticketing.complaints.whistle import access, codes
from backends.ticketing.complaints.whistle import views as restricted
from backends.ticketing.errors import IdentityRequired, OrderNotFound, TooManyAttempts
from backends.ticketing.fields import AccountNo, Phone, Word
from backends.ticketing.web import Db, Key, Looks, Viewer, write_once
from backends.ticketing.work_orders import (
    callers,
    proofs,
    refusals,
    repository,
    schemas,
    service,
    views,
)
from backends.ticketing.work_orders.models import FailedProof, WorkOrder
from kernel import clock
from kit.db import Database

router = APIRouter(prefix="/work-orders", tags=["work orders"])

OrderNo = Annotated[str, Path(max_length=20, pattern=r"^[A-Z]{2}[0-9]{12,16}$")]
Last4 = Annotated[str | None, Query(pattern=r"^[0-9]{4}$")]


@router.post("", status_code=201, responses={200: {"description": "an open report already stands (`duplicate_of`)"}})
async def file_order(new: schemas.NewOrder, db: Db, key: Key) -> JSONResponse:
    """File an order. The answer is the customer's view of it; a whistle-blowing answers its query code only."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        filed = await service.file(session, new, key=key)
        body = await customer_view(session, filed.order)
        return (201, body) if filed.is_new else (200, body | {"duplicate_of": filed.order.order_no})

    return await write_once(db, key, ["work-orders", new.model_dump(mode="json")], run)


async def customer_view(session: AsyncSession, order: WorkOrder) -> dict[str, Any]:
    return views.for_customer(order, await repository.events(session, order.order_no))


@router.get("")
async def list_orders(
    db: Db,
    look: Looks,
    account_no: Annotated[AccountNo | None, Query()] = None,
    contact_phone: Annotated[Phone | None, Query()] = None,
    phone_last4: Last4 = None,
    order_type: Annotated[Word | None, Query()] = None,
    status: Annotated[Word | None, Query()] = None,
    parent_order_no: Annotated[Word | None, Query()] = None,
    open: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """Newest first. A customer asks by account (with an identity token, or the last four digits of the phone the
    orders were filed with) or by phone (with its last four digits). Whistle-blowing is never listed."""
    wanted = repository.Page(
        account_no, contact_phone, phone_last4, order_type, status, parent_order_no, open, limit, cursors.read(cursor)
    )
    wanted = await _allowed(db, replace(look, phone_last4=phone_last4), wanted)
    async with db.reading() as session:
        rows = await repository.page(session, wanted)
    if wanted.phone_last4 and account_no and not rows and not look.is_staff:
        await _note_failure(db, f"account:{account_no}")
    show = views.for_staff if look.is_staff else views.for_customer
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return {
        "items": [show(order) for order in rows[:limit]],
        "next_cursor": cursors.write(last.registered_at, last.order_no) if last else None,
    }


async def _allowed(db: Database, look: Viewer, wanted: repository.Page) -> repository.Page:
    """The list narrowed to what this caller may see. Raises IdentityRequired, TooManyAttempts."""
    if look.is_staff or proofs.has_identity(look, wanted.account_no):
        # A token speaks for the account; the digits are then no filter.
        return wanted if look.is_staff else replace(wanted, phone_last4=None)
    fits = look.phone_last4 and (wanted.account_no or (wanted.contact_phone or "").endswith(look.phone_last4))
    if not fits or not (wanted.account_no or wanted.contact_phone):
        raise IdentityRequired("show phone_last4 or an identity token")
    if wanted.account_no:
        async with db.reading() as session:
            if await proofs.is_locked(session, f"account:{wanted.account_no}"):
                raise TooManyAttempts("wait half an hour")
    return wanted


async def _note_failure(db: Database, name: str) -> None:
    async with db.transaction() as session:
        session.add(FailedProof(order_no=name, at=clock.now()))


@router.get("/by-key/{key:path}")
async def find_by_key(key: Annotated[str, Path(max_length=200, pattern=r"^[\x21-\x7e]+$")], db: Db) -> dict[str, Any]:
    """What the filing with this key led to; 404 when it never happened. Whoever knows the key has filed it."""
    async with db.reading() as session:
        kept = await repository.kept_answer(session, key)
        if not kept or "order_type" not in kept:
            raise OrderNotFound("nothing was filed with this key")
        order_no = kept["order_no"]
        if order_no is None:
            return kept
        fresh = await customer_view(session, await service.get(session, str(order_no)))
        return fresh | ({"duplicate_of": kept["duplicate_of"]} if "duplicate_of" in kept else {})


@router.get("/by-code/{query_code}")
async def whistle_blow_progress(
    query_code: Annotated[str, Path(pattern=r"^[0-9A-Z]{8}$")], db: Db, look: Looks
) -> dict[str, Any]:
    """How far a whistle-blowing is, for whoever holds its code; who tries wrong codes waits (429)."""
    return views.for_whistle_blower(await codes.find(db, query_code, look.subject))


@router.get("/{order_no}")
async def read_order(order_no: OrderNo, db: Db, look: Looks, phone_last4: Last4 = None) -> dict[str, Any]:
    """Masked, with proof (`phone_last4` or identity token); whole with `X-View: staff`."""
    await proofs.require(db, order_no, replace(look, phone_last4=phone_last4))
    async with db.reading() as session:
        order = await service.get(session, order_no)
        events = await repository.events(session, order_no)
        if look.is_staff:
            whole = views.for_staff(order, events, await repository.refused_attempts(session, order_no))
            whole["clocks"] = await _clocks(session, order)
            return await restricted.view(session, order, whole, look) if order.order_type == "whistle_blow" else whole
        return views.for_customer(order, events)


async def _clocks(session: AsyncSession, order: WorkOrder) -> list[dict[str, Any]]:
    rows = await clocks.of_order(session, order.order_no)
    return [clock_views.clock(order.order_type, row, now=clock.now()) for row in rows]


@router.post("/{order_no}/events")
async def move_order(order_no: OrderNo, event: schemas.NewEvent, db: Db, key: Key, look: Looks) -> JSONResponse:
    """One event of the order's state machine (docs/orders.md). Role `customer` needs a proof, as reading does."""
    act = service.Act(
        event.event, event.role, event.actor, event.reason, event.data, event.if_version, event.channel, look.client
    )

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order = await service.get(session, order_no, lock=True)
        await service.move(session, order, act)
        return 200, await customer_view(session, order)

    async with refusals.kept(db, order_no, act):
        callers.check(look.client, event.role)
        if event.role == "customer":
            await proofs.require(db, order_no, replace(look, phone_last4=event.phone_last4))
        await access.require(db, order_no, look, event)
        return await write_once(db, key, ["events", order_no, event.model_dump(mode="json")], run)
