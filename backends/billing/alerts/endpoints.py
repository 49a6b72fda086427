"""/v1/accounts/{no}/alerts (L2), and a day's use as meters tell it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.accounts.endpoints import AccountNo
from backends.billing.accounts.models import Account
from backends.billing.alerts import service
from backends.billing.web import Asks, Calls, Db, Key, write_once

router = APIRouter(tags=["alerts"])
Kind = Literal["daily_kwh", "balance_fen", "daily_report"]


class Rule(BaseModel):
    """`limit`: kWh a day, or fen; nought for `daily_report`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=0, le=1_000_000)]


class DayOfUse(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account_no: Annotated[str, Field(max_length=20)]
    on_day: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
    kwh: Annotated[Decimal, Field(ge=0, lt=10**7, decimal_places=2)]


class DaysOfUse(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[DayOfUse], Field(min_length=1, max_length=2000)]


@router.get("/accounts/{account_no}/alerts")
async def of_account(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    asks.require_l2(account_no)
    async with db.reading() as session:
        return {"items": [{"kind": r.kind, "limit": r.limit} for r in await service.of_account(session, account_no)]}


@router.put("/accounts/{account_no}/alerts/{kind}")
async def put(account_no: AccountNo, kind: Kind, rule: Rule, db: Db, key: Key, asks: Asks) -> JSONResponse:
    asks.require_l2(account_no)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await accounts.get(session, account_no)
        row = await service.put(session, account_no, kind, rule.limit)
        return 200, {"kind": row.kind, "limit": row.limit}

    return await write_once(db, key, ["alert", account_no, kind, rule.limit], run)


@router.delete("/accounts/{account_no}/alerts/{kind}")
async def remove(account_no: AccountNo, kind: Kind, db: Db, key: Key, asks: Asks) -> JSONResponse:
    asks.require_l2(account_no)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await service.remove(session, account_no, kind)
        return 200, {"kind": kind, "limit": None}

    return await write_once(db, key, ["alert-off", account_no, kind], run)


@router.post("/usage/daily", status_code=201)
async def days_came_in(new: DaysOfUse, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """What the meters told of a day; whoever wants to hear of it hears."""
    calls.require("readings")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        told, unknown = 0, []
        for one in new.items:
            account = await session.get(Account, one.account_no)
            if account is None:
                unknown.append(one.account_no)
                continue
            told += len(await service.day_came_in(session, account, one.on_day, one.kwh))
        return 201, {"kept": len(new.items) - len(unknown), "told": told, "unknown": unknown}

    return await write_once(db, key, ["daily", new.model_dump(mode="json")], run)
