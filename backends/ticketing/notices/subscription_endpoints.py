"""/v1/notice-subscriptions, /v1/notice-opt-outs: what customers ask for and decline."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import IdentityRequired, TooManyAttempts
from backends.ticketing.fields import Phone
from backends.ticketing.notices import schemas, subscriptions
from backends.ticketing.web import Db, Key, Looks, Viewer, write_once
from backends.ticketing.work_orders import proofs
from backends.ticketing.work_orders.models import FailedProof
from kernel import clock, masking
from kit.db import Database

router = APIRouter(tags=["notices"])

Last4 = Annotated[str | None, Query(pattern=r"^[0-9]{4}$")]


@router.post("/notice-subscriptions", status_code=201, responses={200: {"description": "was subscribed already"}})
async def subscribe(new: schemas.NewAreaSubscription, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Tell this phone of outages of a place, or of a topic it agreed to. For an account an identity token is shown."""
    if new.account_no and not (look.is_staff or proofs.has_identity(look, new.account_no)):
        raise IdentityRequired("an account is subscribed with its identity token")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        found, is_new = await subscriptions.subscribe(session, new)
        return (201 if is_new else 200), schemas.view_subscription(found) | {"is_new": is_new}

    return await write_once(db, key, ["notice-subscriptions", new.model_dump(mode="json")], run)


@router.get("/notice-subscriptions")
async def list_subscriptions(
    db: Db, look: Looks, phone: Annotated[Phone, Query()], phone_last4: Last4 = None
) -> dict[str, Any]:
    """The running ones of a phone, for whoever knows how it ends."""
    if not (look.is_staff or (phone_last4 and phone.endswith(phone_last4))):
        raise IdentityRequired("show phone_last4")
    async with db.reading() as session:
        return {"items": [schemas.view_subscription(s) for s in await subscriptions.of_phone(session, phone)]}


@router.post("/notice-subscriptions/{subscription_id}/end")
async def end_subscription(
    subscription_id: Annotated[int, Path(ge=1, le=10**15)],
    ending: schemas.EndSubscription,
    db: Db,
    key: Key,
    look: Looks,
) -> JSONResponse:
    await _require_phone(db, subscription_id, replace(look, phone_last4=ending.phone_last4))

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        found = await subscriptions.get(session, subscription_id)
        await subscriptions.end(session, found)
        return 200, schemas.view_subscription(found)

    return await write_once(db, key, ["end-subscription", subscription_id, ending.model_dump(mode="json")], run)


async def _require_phone(db: Database, subscription_id: int, look: Viewer) -> None:
    """The same proof as for an order: the last four digits, guessed at most five times.

    Raises:
        IdentityRequired, TooManyAttempts, SubscriptionNotFound.
    """
    if not (look.is_staff or look.phone_last4):
        raise IdentityRequired("show phone_last4")
    name = f"subscription:{subscription_id}"
    async with db.transaction() as session:
        found = await subscriptions.get(session, subscription_id)
        if look.is_staff:
            return
        if await proofs.is_locked(session, name):
            raise TooManyAttempts("wait half an hour")
        fits = look.phone_last4 is not None and found.phone.endswith(look.phone_last4)
        if not fits:
            session.add(FailedProof(order_no=name, at=clock.now()))
    if not fits:
        raise IdentityRequired("the proof does not fit this subscription")


@router.post("/notice-opt-outs")
async def decline(wish: schemas.Declining, db: Db, key: Key, look: Looks) -> JSONResponse:
    """No progress messages and nothing optional any more, or again after all. What warns of danger and outages, what
    answers and what the law wants delivered still comes."""
    if not (look.is_staff or (wish.phone_last4 and wish.phone.endswith(wish.phone_last4))):
        raise IdentityRequired("show phone_last4")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        change = subscriptions.decline if wish.is_declined else subscriptions.accept_again
        await change(session, wish.phone)
        return 200, {"phone": masking.mask_phone(wish.phone), "is_declined": wish.is_declined}

    return await write_once(db, key, ["notice-opt-outs", wish.model_dump(mode="json")], run)
