"""/v1/accounts/…: an account by level, whose phone or address it is, and where a phone probably calls from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from backends.billing.accounts import search, service
from backends.billing.accounts.schemas import Search
from backends.billing.web import Asks, Db

router = APIRouter(tags=["accounts"])
AccountNo = Annotated[str, Path(max_length=20)]


@router.get("/accounts/area-hint")
async def area_hint(db: Db, phone: Annotated[str, Query(max_length=30)]) -> dict[str, Any]:
    """Community and transformer area only."""
    async with db.reading() as session:
        return await service.area_hint(session, phone)


@router.post("/accounts/search")
async def find(body: Search, db: Db) -> dict[str, Any]:
    """Accounts of a phone or an address, up to four; for our own services, which tell the customer four digits."""
    async with db.transaction() as session:
        if body.phone:
            return await search.by_phone(session, body.phone, subject=body.subject)
        return await search.by_address(session, body.address or "", subject=body.subject)


@router.get("/accounts/{account_no}")
async def account(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    """Masked, unless `X-Identity-Token` and `X-Subject` prove L2; a proof that does not fit is refused (403)."""
    async with db.transaction() as session:
        found = await service.get(session, account_no)
        if asks.token:
            asks.require_l2(account_no)
            return await service.whole(session, found)
        await service.count_lookup(session, asks.subject, account_no)
        return service.masked(found)
