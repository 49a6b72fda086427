"""/v1/whistle-blows: the doors of the sealed team. Every call shows X-View: staff, X-Role and X-Actor."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.errors import SealedAway, SecondPersonNeeded
from backends.ticketing.complaints.whistle import access, identity, redaction, repository, roster, schemas, views
from backends.ticketing.complaints.whistle.identity import note
from backends.ticketing.errors import OrderNotFound, Restricted
from backends.ticketing.web import Db, Key, Looks, Viewer, write_once
from backends.ticketing.work_orders import proofs
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.acts import Act, event_row, moment
from kernel import clock
from kernel.errors import NotAllowed
from kit.db import Database

router = APIRouter(prefix="/whistle-blows", tags=["whistle-blowing"])
OrderNo = Annotated[str, Path(max_length=20, pattern=r"^JB[0-9]{12,16}$")]
RequestNo = Annotated[str, Path(max_length=60, pattern=r"^IR[0-9A-Za-z_-]+$")]


def _person(look: Viewer) -> str:
    """Raises Restricted when nobody stands behind the call."""
    if look.actor is None or look.role not in access.SEALED_ROLES:
        raise Restricted("the sealed team shows X-Role and X-Actor")
    return look.actor


async def _enter(db: Database, order_no: str, look: Viewer) -> str:
    await proofs.require(db, order_no, look)
    return _person(look)


@router.get("")
async def list_cases(db: Db, look: Looks) -> dict[str, Any]:
    """Open whistle-blowings of the caller's own team: number, class, state, deadline."""
    found = roster.member(look.actor, look.role, clock.now().date())
    if not look.is_staff or found is None:
        raise Restricted("the sealed team shows X-Role and X-Actor")
    async with db.reading() as session:
        return {"items": [views.listed(o) for o in await repository.open_cases(session, found.team, roster.SEALED)]}


@router.post("/{order_no}/redaction")
async def redact(order_no: OrderNo, wanted: schemas.Redaction, db: Db, key: Key, look: Looks) -> JSONResponse:
    """The checked text for the inspector; 409 `betrays_reporter` names what is still in it."""
    actor = await _enter(db, order_no, look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order = await orders.get(session, order_no, lock=True)
        case = await repository.case_of(session, order_no, lock=True)
        if case is None:
            raise OrderNotFound(order_no)
        reporter = await repository.reporter_of(session, order)
        redaction.check(f"{wanted.redacted_what} {wanted.redacted_where}", reporter)
        case.redacted_what, case.redacted_where = wanted.redacted_what, wanted.redacted_where
        case.reported_parties = list(wanted.reported_parties)
        case.redacted_by, case.redacted_at = actor, moment()
        session.add(event_row(order, Act("redact", look.role or "", actor), order.status, moment()))
        return 200, {"order_no": order_no, "redacted_by": actor}

    return await write_once(db, key, ["redaction", order_no, wanted.model_dump(mode="json")], run)


@router.post("/{order_no}/identity-requests", status_code=201)
async def ask_identity(order_no: OrderNo, wanted: schemas.IdentityWish, db: Db, key: Key, look: Looks) -> JSONResponse:
    """One authorised person asks, with a reason."""
    actor = await _enter(db, order_no, look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order = await orders.get(session, order_no, lock=True)
        asked = await identity.ask(session, order, actor=actor, reason=wanted.reason, judicial_ref=wanted.judicial_ref)
        return 201, views.request(asked)

    return await write_once(db, key, ["identity-requests", order_no, actor, wanted.model_dump(mode="json")], run)


@router.post("/{order_no}/identity-requests/{request_no}/decision")
async def decide(
    order_no: OrderNo, request_no: RequestNo, wanted: schemas.Decision, db: Db, key: Key, look: Looks
) -> JSONResponse:
    """A second authorised person says yes or no."""
    actor = await _enter(db, order_no, look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        asked = await repository.request(session, order_no, request_no)
        if asked is None:
            raise OrderNotFound(request_no)
        await identity.decide(session, asked, actor=actor, is_approved=wanted.is_approved)
        return 200, views.request(asked)

    return await write_once(db, key, ["decision", request_no, actor, wanted.is_approved], run)


@router.post("/{order_no}/identity-requests/{request_no}/look")
async def look_once(order_no: OrderNo, request_no: RequestNo, db: Db, look: Looks) -> JSONResponse:
    """Name and phone, once. The answer is kept nowhere, so this write takes no key: a lost answer is asked for anew."""
    actor = await _enter(db, order_no, look)
    problem: NotAllowed | None = None
    body: dict[str, Any] = {}
    async with db.transaction() as session:  # a refused look is kept although the answer is an error
        order = await orders.get(session, order_no)
        asked = await repository.request(session, order_no, request_no)
        if asked is None:
            raise OrderNotFound(request_no)
        try:
            body = await identity.show_once(session, order, asked, actor=actor)
        except (SecondPersonNeeded, SealedAway) as refused:
            problem = refused
            note(session, asked, actor, "denied", refused.code)
            access.tell_supervisor(session, order_no, look, "identity")
    if problem:
        raise problem
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/{order_no}/looks")
async def list_looks(order_no: OrderNo, db: Db, look: Looks) -> dict[str, Any]:
    """Who looked at the order and who stepped towards the identity, refused ones too."""
    await _enter(db, order_no, look)
    async with db.reading() as session:
        at_order, at_identity = await repository.looks(session, order_no)
        return {
            "order": [views.look_at_order(row) for row in at_order],
            "identity": [views.look_at_identity(row) for row in at_identity],
        }
