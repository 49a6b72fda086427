"""/v1/partners, for supervisors."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import BadField
from backends.ticketing.fields import Strict, Word
from backends.ticketing.open311.services import BY_CODE
from backends.ticketing.partners import service
from backends.ticketing.partners.models import Partner
from backends.ticketing.processes.endpoints import supervisor
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders.views import iso

router = APIRouter(prefix="/partners", tags=["partners"])
PartnerId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{1,30}$")]


class NewPartner(Strict):
    name: Word
    service_codes: Annotated[list[str], Field(min_length=1, max_length=20)]
    daily_limit: Annotated[int, Field(ge=1, le=100_000)] = 500


@router.put("/{partner_id}", status_code=201)
async def invite(partner_id: PartnerId, new: NewPartner, db: Db, key: Key, look: Looks) -> JSONResponse:
    """The answer holds the key, this once: asked again with the same Idempotency-Key it is left out."""
    supervisor(look)
    if unknown := sorted(set(new.service_codes) - BY_CODE.keys()):
        raise BadField("service_codes", f"no such service: {', '.join(unknown)}")
    shown_once: dict[str, str] = {}

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        partner, secret = await service.invite(
            session, partner_id, name=new.name, service_codes=new.service_codes, daily_limit=new.daily_limit
        )
        shown_once["api_key"] = secret
        return 201, _shown(partner, 0)

    answer = await write_once(db, key, ["partners", partner_id, new.model_dump()], run)
    return JSONResponse({**_shown_body(answer), **shown_once}, answer.status_code)


@router.get("")
async def everybody(db: Db, look: Looks) -> dict[str, Any]:
    """Each with what it reported today."""
    supervisor(look)
    async with db.reading() as session:
        found = await service.everybody(session)
        return {"items": [_shown(p, await service.reported_today(session, p.partner_id)) for p in found]}


@router.delete("/{partner_id}")
async def end(partner_id: PartnerId, db: Db, key: Key, look: Looks) -> JSONResponse:
    supervisor(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 200, _shown(await service.end(session, partner_id), 0)

    return await write_once(db, key, ["partners", partner_id, "end"], run)


def _shown_body(answer: JSONResponse) -> dict[str, Any]:
    return dict(json.loads(bytes(answer.body)))


def _shown(partner: Partner, today: int) -> dict[str, Any]:
    names = ("partner_id", "name", "service_codes", "daily_limit", "is_active")
    shown = {name: getattr(partner, name) for name in names}
    return {**shown, "created_at": iso(partner.created_at), "reported_today": today}
