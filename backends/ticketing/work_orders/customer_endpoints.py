"""/v1/work-orders/{no}/…: what customers do about an order that stands: urge it, say that it is not over, rate it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.web import Db, Key, Looks, Viewer, write_once
from backends.ticketing.work_orders import proofs, rating, reopening, schemas, service, urge_views, urging
from backends.ticketing.work_orders.endpoints import OrderNo, customer_view

router = APIRouter(prefix="/work-orders", tags=["work orders"])


@router.post("/{order_no}/urges", status_code=201)
async def urge_order(order_no: OrderNo, wanted: schemas.NewUrge, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Urge an open order; within 10 minutes of the last urge only the count goes up (`recorded` false). The answer says
    what the customer must hear: where it stands, whose it is, what was promised, whether it is late, what changed, and
    by when they hear again."""
    await proofs.require(db, order_no, replace(look, phone_last4=wanted.phone_last4))

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order = await service.get(session, order_no, lock=True)
        urged = await urging.urge(session, order, wanted, key=key, client=look.client)
        return 201, {"order": await customer_view(session, urged.order), **urge_views.told(urged)}

    return await write_once(db, key, ["urges", order_no, wanted.model_dump(mode="json")], run)


@router.post("/{order_no}/reopenings", status_code=201)
async def reopen_order(order_no: OrderNo, wanted: schemas.NewReopening, db: Db, key: Key, look: Looks) -> JSONResponse:
    """The customer says that it is not over: within 7 days, and twice at most, the order is reopened; after that a new
    one is filed beside it (`is_new`). The third time the customer should be offered a complaint."""
    await proofs.require(db, order_no, replace(look, phone_last4=wanted.phone_last4))
    act = _customers("reopen", wanted.reason, wanted.channel, look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        once_more = await reopening.again(session, await service.get(session, order_no, lock=True), act, key=key)
        shown = await customer_view(session, once_more.order)
        return 201, {"order": shown, "is_new": once_more.is_new, "offer_complaint": once_more.offer_complaint}

    return await write_once(db, key, ["reopenings", order_no, wanted.model_dump(mode="json")], run)


@router.post("/{order_no}/ratings", status_code=201)
async def rate_order(order_no: OrderNo, told: schemas.NewRating, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Score a closed order. 1 or 2 and unsolved: it goes on at once; 1 or 2 and solved: a person asks what was wrong.
    `other_order_no` is the order that came of it."""
    await proofs.require(db, order_no, replace(look, phone_last4=told.phone_last4))
    act = _customers("rate", told.words, told.channel, look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        rated = await rating.rate(session, await service.get(session, order_no, lock=True), told, act, key=key)
        return 201, {
            "order": await customer_view(session, rated.order),
            "next_action": rated.next_action,
            "other_order_no": rated.other.order_no if rated.other else None,
            "offer_complaint": rated.offer_complaint,
        }

    return await write_once(db, key, ["ratings", order_no, told.model_dump(mode="json")], run)


def _customers(event: str, reason: str | None, channel: str | None, look: Viewer) -> service.Act:
    actor = channel or "customer"
    return service.Act(event, "customer", actor, reason, channel=channel, client=look.client)
