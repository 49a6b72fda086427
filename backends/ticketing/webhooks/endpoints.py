"""/v1/webhooks: other systems subscribe to what happens; staff see what was told and send it again."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.webhooks import delivering, targets
from backends.ticketing.webhooks.errors import WebhookNotFound
from backends.ticketing.webhooks.models import Delivery, Webhook
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.views import iso
from kernel import ids

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{4,64}$")]
Event = Annotated[str, Field(pattern=r"^(order|outage)\.(\*|[a-z_]{2,40})$")]


class NewWebhook(BaseModel):
    """`events`: `order.*`, `outage.*`, or one by name."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=8, max_length=500)]
    events: Annotated[list[Event], Field(min_length=1, max_length=50)]


@router.post("", status_code=201)
async def subscribe(new: NewWebhook, request: Request, db: Db, key: Key, look: Looks) -> JSONResponse:
    """The secret with which tellings are signed is said once, here."""
    staff_only(look)
    targets.check_url(new.url, may_be_here=bool(request.app.state.settings.sample_mode))

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        made = Webhook(
            webhook_id=ids.new_id("hook"),
            url=new.url,
            secret=secrets.token_urlsafe(32),
            events=list(new.events),
            is_active=True,
            created_at=moment(),
        )
        session.add(made)
        return 201, _shown(made) | {"secret": made.secret}

    return await write_once(db, key, ["webhooks", new.model_dump(mode="json")], run)


@router.get("")
async def list_webhooks(db: Db, look: Looks) -> dict[str, Any]:
    staff_only(look)
    async with db.reading() as session:
        found = (await session.execute(sa.select(Webhook).order_by(Webhook.created_at))).scalars()
        return {"items": [_shown(one) for one in found]}


@router.post("/{webhook_id}/end")
async def end(webhook_id: Id, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Nothing more is told, what is queued is not sent."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        found = await _get(session, webhook_id)
        found.is_active = False
        return 200, _shown(found)

    return await write_once(db, key, ["webhook end", webhook_id], run)


@router.get("/{webhook_id}/deliveries")
async def list_deliveries(
    webhook_id: Id,
    db: Db,
    look: Looks,
    status: Annotated[Literal["queued", "sent", "dead"] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    """The newest first."""
    staff_only(look)
    query = sa.select(Delivery).where(Delivery.webhook_id == webhook_id)
    if status:
        query = query.where(Delivery.status == status)
    async with db.reading() as session:
        await _get(session, webhook_id)
        found = (await session.execute(query.order_by(Delivery.at.desc(), Delivery.delivery_id).limit(limit))).scalars()
        return {"items": [_told(one) for one in found]}


@router.post("/{webhook_id}/deliveries/{delivery_id}/again")
async def send_again(webhook_id: Id, delivery_id: Id, db: Db, key: Key, look: Looks) -> JSONResponse:
    """A telling that was given up is tried anew, under the same id."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        found = await session.get(Delivery, delivery_id, with_for_update=True)
        if found is None or found.webhook_id != webhook_id:
            raise WebhookNotFound("no such delivery")
        found.status, found.done_at, found.tries = "queued", None, 0
        await delivering.again(session, found, after=timedelta(0))
        return 200, _told(found)

    return await write_once(db, key, ["delivery again", webhook_id, delivery_id], run)


async def _get(session: AsyncSession, webhook_id: str) -> Webhook:
    found = await session.get(Webhook, webhook_id)
    if found is None:
        raise WebhookNotFound(webhook_id)
    return found


def _shown(one: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": one.webhook_id,
        "url": one.url,
        "events": one.events,
        "is_active": one.is_active,
        "created_at": iso(one.created_at),
    }


def _told(one: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": one.delivery_id,
        "event": one.event,
        "status": one.status,
        "tries": one.tries,
        "last_problem": one.last_problem,
        "at": iso(one.at),
        "done_at": iso(one.done_at),
        "body": one.body,
    }
