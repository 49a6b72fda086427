"""Every query of the schema `ivr`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ivr.calls.models import Call, Webhook
from kernel import clock, ids


async def open_call(session: AsyncSession, provider_id: str, caller_phone: str | None) -> Call:
    """The call of this provider id, made when new, its row locked."""
    row: dict[str, Any] = {
        "call_id": ids.new_id("call"),
        "provider_id": provider_id,
        "caller_phone": caller_phone,
        "last_said": [],
        "opened_at": clock.now(),
    }
    await session.execute(insert(Call).values(**row).on_conflict_do_nothing(index_elements=["provider_id"]))
    call = await lock_call(session, provider_id)
    assert call is not None
    return call


async def lock_call(session: AsyncSession, provider_id: str) -> Call | None:
    query = sa.select(Call).where(Call.provider_id == provider_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def webhook(session: AsyncSession, call_id: str, step: int) -> Webhook | None:
    return await session.get(Webhook, (call_id, step))


def add_webhook(session: AsyncSession, call_id: str, step: int, plan: dict[str, Any]) -> Webhook:
    made = Webhook(call_id=call_id, step=step, plan=plan, document=None, received_at=clock.now())
    session.add(made)
    return made
