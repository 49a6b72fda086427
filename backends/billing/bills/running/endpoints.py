"""/v1/bill-runs: start a month, see how far it is, see what waits for a person."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.bills.running import runs
from backends.billing.bills.running.models import BillRun, Chunk, HeldBill
from backends.billing.web import Calls, Config, Db, Key, write_once
from kernel import clock
from kernel.errors import NotFound
from kit import jobs

router = APIRouter(prefix="/bill-runs", tags=["bill runs"])
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
MonthPath = Annotated[str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class NewRun(BaseModel):
    model_config = ConfigDict(extra="forbid")

    month: Month
    started_by: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]


@router.post("", status_code=202)
async def start(new: NewRun, db: Db, key: Key, config: Config, calls: Calls) -> JSONResponse:
    """Laid out here, done by the workers. Started again it takes up what is not billed yet."""
    calls.require("runs")
    run_id = await asyncio.to_thread(runs.start, config.database.url, new.month, started_by=new.started_by)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await jobs.defer(session, "billing.bill_run", {"run_id": run_id}, key=f"bill_run:{run_id}")
        return 202, {"run_id": run_id, "month": new.month}

    return await write_once(db, key, ["bill-run", new.model_dump()], run)


@router.get("/{month}")
async def progress(month: MonthPath, db: Db, calls: Calls) -> dict[str, Any]:
    calls.require("runs")
    async with db.reading() as session:
        found = await session.scalar(sa.select(BillRun).where(BillRun.month == month))
        if found is None:
            raise NotFound("no run of this month", code="bill_run_not_found")
        sums = sa.select(
            sa.func.count(),
            sa.func.count(Chunk.done_at),
            *(sa.func.coalesce(sa.func.sum(column), 0) for column in (Chunk.accounts, Chunk.billed, Chunk.held)),
        ).where(Chunk.run_id == found.run_id)
        row = (await session.execute(sums)).one()
    names = ("chunks", "chunks_done", "accounts", "billed", "held")
    finished = found.finished_at.astimezone(clock.TZ).isoformat() if found.finished_at else None
    return {
        "run_id": found.run_id,
        "month": month,
        "finished_at": finished,
        **dict(zip(names, map(int, row), strict=True)),
    }


@router.get("/{month}/held")
async def held(
    month: MonthPath, db: Db, calls: Calls, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """Accounts whose bill was not made, and why; made with the next start once what was wrong is put right."""
    calls.require("runs")
    query = sa.select(HeldBill).where(HeldBill.month == month).order_by(HeldBill.account_no).limit(limit)
    async with db.reading() as session:
        rows = (await session.scalars(query)).all()
    return {"items": [{"account_no": r.account_no, "code": r.code, "detail": r.detail} for r in rows]}
