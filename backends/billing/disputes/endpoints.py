"""/v1/accounts/{no}/disputes and /v1/disputes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.accounts.endpoints import AccountNo
from backends.billing.disputes import service
from backends.billing.disputes.models import Dispute
from backends.billing.web import Asks, Calls, Db, Key, write_once
from kernel import clock

router = APIRouter(tags=["disputes"])
DisputeNo = Annotated[str, Path(pattern=r"^yy_[a-z0-9]{10,40}$")]
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Badge = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]


class NewDispute(BaseModel):
    """`month` left out is the newest bill."""

    model_config = ConfigDict(extra="forbid")

    facts: Annotated[str, Field(min_length=1, max_length=500)]
    month: Month | None = None


class Settlement(BaseModel):
    """`meter_error` brings what the tested meter was off by and when it was tested last."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["upheld", "rejected"]
    cause: Literal["misread", "estimate", "meter_error", "wiring", "multiplier", "tariff"] | None = None
    reply: Annotated[str, Field(min_length=1, max_length=500)]
    actor: Badge
    error_percent: Annotated[Decimal, Field(gt=-50, lt=100, decimal_places=2)] | None = None
    last_test: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Settlement:
        if (self.outcome == "upheld") != (self.cause is not None):
            raise ValueError("an upheld dispute has a cause, a rejected one none")
        if (self.cause == "meter_error") != (self.error_percent is not None and self.last_test is not None):
            raise ValueError("meter_error goes with error_percent and last_test")
        return self


@router.post("/accounts/{account_no}/disputes", status_code=201)
async def open_one(account_no: AccountNo, new: NewDispute, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """Taken whoever says it; no late fee grows until it is settled."""
    calls.require("disputes")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        account = await accounts.get(session, account_no)
        return 201, _shown(await service.open_one(session, account, new.month, new.facts))

    return await write_once(db, key, ["dispute", account_no, new.model_dump()], run)


@router.get("/accounts/{account_no}/disputes")
async def of_account(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    """L2: newest first."""
    asks.require_l2(account_no)
    query = sa.select(Dispute).where(Dispute.account_no == account_no).order_by(Dispute.opened_at.desc()).limit(20)
    async with db.reading() as session:
        return {"items": [_shown(one) for one in (await session.scalars(query)).all()]}


@router.post("/disputes/{dispute_no}/settlement", status_code=201)
async def settle(dispute_no: DisputeNo, told: Settlement, db: Db, key: Key, calls: Calls) -> JSONResponse:
    calls.require("adjustments")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        dispute = await service.get(session, dispute_no)
        await service.settle(
            session, dispute, outcome=told.outcome, cause=told.cause, reply=told.reply, actor=told.actor
        )
        rows = []
        if told.error_percent is not None and told.last_test is not None:
            rows = list(
                await service.meter_was_wrong(session, dispute, told.error_percent, told.last_test, actor=told.actor)
            )
        return 201, _shown(dispute) | {
            "corrections": [{"bill_no": r.bill_no, "amount_fen": r.amount_fen} for r in rows]
        }

    return await write_once(db, key, ["settle", dispute_no, told.model_dump(mode="json")], run)


def _shown(one: Dispute) -> dict[str, Any]:
    names = ("dispute_no", "account_no", "bill_no", "facts", "outcome", "cause", "reply")
    shown = {name: getattr(one, name) for name in names}
    moments = {name: getattr(one, name) for name in ("opened_at", "answer_by", "settled_at")}
    return shown | {n: m.astimezone(clock.TZ).isoformat(timespec="seconds") if m else None for n, m in moments.items()}
