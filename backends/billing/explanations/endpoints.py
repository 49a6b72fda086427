"""GET /v1/accounts/{no}/ladder, /other-plan, /usage, /bills/{month}/picture.svg: all L2."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from backends.billing.accounts import service as accounts
from backends.billing.accounts.endpoints import AccountNo
from backends.billing.bills.endpoints import Month, named
from backends.billing.explanations import service
from backends.billing.web import Asks, Db

router = APIRouter(prefix="/accounts/{account_no}", tags=["explanations"])
OfMonth = Annotated[str | None, Query(alias="month", pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@router.get("/ladder")
async def on_the_ladder(account_no: AccountNo, db: Db, asks: Asks, month: OfMonth = None) -> dict[str, Any]:
    """Year to date, tier, what is left, and the day the next one begins at this pace."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        return await service.on_the_ladder(session, await accounts.get(session, account_no), month)


@router.get("/other-plan")
async def other_plan(
    account_no: AccountNo, db: Db, asks: Asks, valley_percent: Annotated[int | None, Query(ge=0, le=100)] = None
) -> dict[str, Any]:
    """The last twelve months on the plan with, or without, peak and valley."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        account = await accounts.get(session, account_no)
        return await service.other_plan(session, account, valley_percent=valley_percent)


@router.get("/usage")
async def day_by_day(account_no: AccountNo, db: Db, asks: Asks, month: OfMonth = None) -> dict[str, Any]:
    """Use of each day, where the meter tells it."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        return await service.day_by_day(session, await accounts.get(session, account_no), month)


@router.get("/bills/{month}/picture.svg", response_class=Response)
async def picture(account_no: AccountNo, month: Month, db: Db, asks: Asks) -> Response:
    """Bars by month and the ladder; its words are in `title` and `desc`."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        drawn = await service.drawn(session, await accounts.get(session, account_no), named(month))
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
