"""/v1/accounts/{account_no}/…: corrections of issued bills."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.bills.adjusting import correcting
from backends.billing.bills.adjusting.models import Adjustment
from backends.billing.web import Asks, Calls, Db, Key, write_once
from kernel import clock

router = APIRouter(tags=["corrections"])
AccountNo = Annotated[str, Path(max_length=20)]
Month = Annotated[str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class RightReading(BaseModel):
    """What really stood on a meter at the end of the bill's period."""

    model_config = ConfigDict(extra="forbid")

    meter_no: Annotated[str, Field(min_length=1, max_length=30)]
    register_name: Annotated[Literal["total", "peak", "flat", "valley"], Field(alias="register")]
    end: Annotated[Decimal, Field(ge=0, lt=10**8, decimal_places=2)]


class Correction(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Literal["misread", "estimate", "meter_error", "wiring", "multiplier", "tariff", "theft"]
    readings: Annotated[list[RightReading], Field(min_length=1, max_length=8)]
    approved_by: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]


@router.post("/accounts/{account_no}/bills/{month}/corrections", status_code=201)
async def correct(
    account_no: AccountNo, month: Month, told: Correction, db: Db, key: Key, calls: Calls
) -> JSONResponse:
    """The bill stays; what it and later ones were wrong by becomes corrections."""
    calls.require("adjustments")
    readings: dict[tuple[str, str], Decimal] = {(r.meter_no, r.register_name): r.end for r in told.readings}

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        account = await accounts.get(session, account_no)
        rows = await correcting.correct(
            session, account, month, readings, reason=told.reason, approved_by=told.approved_by
        )
        return 201, {"items": [shown(row) for row in rows], "amount_fen": sum(row.amount_fen for row in rows)}

    return await write_once(db, key, ["correction", account_no, month, told.model_dump(mode="json")], run)


@router.get("/accounts/{account_no}/corrections")
async def list_corrections(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    """L2: newest first, each with the bill it is of and the bill it came with."""
    asks.require_l2(account_no)
    query = sa.select(Adjustment).where(Adjustment.account_no == account_no).order_by(Adjustment.at.desc()).limit(50)
    async with db.reading() as session:
        return {"items": [shown(row) for row in (await session.scalars(query)).all()]}


def shown(row: Adjustment) -> dict[str, Any]:
    names = ("adjustment_no", "bill_no", "reason", "amount_fen", "lines", "billed_with")
    return {**{name: getattr(row, name) for name in names}, "at": row.at.astimezone(clock.TZ).isoformat()}
