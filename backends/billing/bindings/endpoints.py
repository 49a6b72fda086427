"""/v1/bindings: which accounts a visitor of WeChat or the app has bound.

`visitor_id` comes from the platform (an openid), never from the customer's words; the service that calls vouches for
it.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.errors import refuse_bad
from backends.billing.bindings import service
from backends.billing.identity.schemas import Proved
from backends.billing.identity.service import Rules
from backends.billing.web import Asks, Config, Db, Key, write_once

router = APIRouter(tags=["bindings"])
Visitor = Annotated[str, Field(min_length=1, max_length=128)]


class Bound(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account_no: Annotated[str, Field(max_length=20)]
    visitor_id: Visitor


class BoundProof(Bound):
    subject: Annotated[str, Field(min_length=1, max_length=200)]


@router.get("/bindings")
async def bindings(db: Db, visitor_id: Annotated[str, Query(min_length=1, max_length=128)]) -> dict[str, Any]:
    async with db.reading() as session:
        return await service.of_visitor(session, visitor_id)


@router.post("/bindings")
async def bind(body: Bound, db: Db, key: Key, asks: Asks) -> JSONResponse:
    """L2: bind, five visitors at most."""
    refuse_bad(body.account_no)
    asks.require_l2(body.account_no)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 200, await service.bind(session, body.account_no, body.visitor_id)

    return await write_once(db, key, {"do": "bind", **body.model_dump()}, run)


@router.post("/bindings/remove")
async def unbind(body: Bound, db: Db, key: Key) -> JSONResponse:
    """A visitor may always let an account go."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 200, await service.unbind(session, body.account_no, body.visitor_id)

    return await write_once(db, key, {"do": "unbind", **body.model_dump()}, run)


@router.post("/identity/bound", response_model=Proved)
async def prove_by_binding(body: BoundProof, db: Db, config: Config) -> dict[str, Any]:
    """A proof for whoever bound the account and was checked within ninety days."""
    async with db.reading() as session:
        return await service.proof(session, body.account_no, body.visitor_id, body.subject, Rules.of(config))
