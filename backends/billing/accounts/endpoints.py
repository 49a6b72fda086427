"""GET /v1/accounts/…: an account by level, and where a phone is probably calling from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from backends.billing.accounts import service
from backends.billing.web import Asks, Db

router = APIRouter(tags=["accounts"])
AccountNo = Annotated[str, Path(max_length=20)]


@router.get("/accounts/area-hint")
async def area_hint(db: Db, phone: Annotated[str, Query(max_length=30)]) -> dict[str, Any]:
    """Community and transformer area only."""
    async with db.reading() as session:
        return await service.area_hint(session, phone)


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
