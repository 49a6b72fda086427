"""One telling: sent, tried again later, or given up."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import aiohttp
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.webhooks.following import TASK
from backends.ticketing.webhooks.models import Delivery, Webhook
from backends.ticketing.webhooks.signing import signature
from backends.ticketing.webhooks.targets import PublicOnly
from backends.ticketing.work_orders.acts import moment
from kernel import clock
from kit import jobs, settings
from kit.db import Database

WAIT_S = 5
AGAIN_AFTER = (
    timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6),
)  # fmt: skip


async def deliver(database: Database, delivery_id: str) -> None:
    """Nothing is held while the other side thinks; a telling whose worker dies is told again under the same id."""
    async with database.reading() as session:
        found = await _queued(session, delivery_id)
    if found is None:
        return
    problem = await _send(*found)
    async with database.transaction() as session:
        kept = await session.get(Delivery, delivery_id, with_for_update=True)
        if kept is not None and kept.status == "queued":
            await _settle(session, kept, problem)


async def _queued(session: AsyncSession, delivery_id: str) -> tuple[Webhook, Delivery] | None:
    kept = await session.get(Delivery, delivery_id)
    webhook = await session.get(Webhook, kept.webhook_id) if kept else None
    if kept is None or webhook is None or kept.status != "queued" or not webhook.is_active:
        return None
    return webhook, kept


async def _send(webhook: Webhook, delivery: Delivery) -> str | None:
    """None when the other side took it, else why not."""
    body = json.dumps(delivery.body, ensure_ascii=False).encode()
    signed = signature(webhook.secret, body, at=int(clock.now().timestamp()))
    headers = {"Content-Type": "application/json", "X-Denghuo-Signature": signed, "X-Denghuo-Event": delivery.event}
    resolver = PublicOnly(may_be_here=bool(settings.load().sample_mode))
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=WAIT_S)) as http,
            http.post(webhook.url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as err:
        return type(err).__name__


async def _settle(session: AsyncSession, kept: Delivery, problem: str | None) -> None:
    kept.tries, kept.last_problem = kept.tries + 1, problem
    if problem is None:
        kept.status, kept.done_at = "sent", moment()
    elif kept.tries > len(AGAIN_AFTER):
        kept.status, kept.done_at = "dead", moment()
    else:
        await again(session, kept, after=AGAIN_AFTER[kept.tries - 1])


async def again(session: AsyncSession, kept: Delivery, *, after: timedelta) -> None:
    key = f"{TASK}:{kept.delivery_id}:{kept.tries}"
    await jobs.defer(session, TASK, {"delivery_id": kept.delivery_id}, key=key, after=after)
