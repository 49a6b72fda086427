"""/v1/arrears, for whoever collects; /v1/reconnections."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.arrears import machine, service
from backends.billing.arrears.models import Case, Reconnection, Step
from backends.billing.web import Calls, Db, Key, write_once
from kernel import clock
from kit import jobs

router = APIRouter(tags=["arrears"])
CaseNo = Annotated[str, Path(pattern=r"^cf_[a-z0-9]{10,40}$")]
OrderNo = Annotated[str, Path(pattern=r"^fd_[a-z0-9]{10,40}$")]
AccountNo = Annotated[str, Path(max_length=20)]
Badge = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
Word = Annotated[str, Field(min_length=1, max_length=100)]


class NewStep(BaseModel):
    """What a step needs beside who does it; see docs/arrears.md."""

    model_config = ConfigDict(extra="forbid")

    step: Literal["list", "approve", "notice", "report", "warn", "stop", "hardship"]
    actor: Badge
    stop_at: AwareDatetime | None = None
    method: Literal["by_hand", "registered_letter", "posted", "electronic"] | None = None
    received_by: Word | None = None
    receipt_no: Word | None = None
    life_support_checked_by: Badge | None = None
    weather_red: bool | None = None
    plan: Annotated[str, Field(min_length=1, max_length=300)] | None = None

    def data(self) -> dict[str, Any]:
        told = self.model_dump(exclude={"step", "actor"}, exclude_none=True)
        if self.stop_at is not None:
            told["stop_at"] = self.stop_at.astimezone(clock.TZ)
        return told


class Round(BaseModel):
    model_config = ConfigDict(extra="forbid")

    day: Annotated[str, Field(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]


class ByCrew(BaseModel):
    model_config = ConfigDict(extra="forbid")

    actor: Badge


@router.get("/arrears/steps")
async def list_steps() -> dict[str, Any]:
    """The table of steps: where each leads from and to, and what it asks."""
    return {
        "items": [{"step": r.step, "from": sorted(r.stages), "to": r.to, "asks": r.asks} for r in machine.RULES],
        "stages": list(machine.STAGES),
    }


@router.get("/arrears")
async def list_cases(
    db: Db,
    calls: Calls,
    stage: Annotated[str | None, Query(pattern=r"^[a-z]{3,20}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Open cases, the longest late first, and what is owed by age."""
    calls.require("arrears")
    query = sa.select(Case).where(Case.closed_at.is_(None)).order_by(Case.due_date, Case.case_no).limit(limit)
    query = query.where(Case.stage == stage) if stage else query
    async with db.reading() as session:
        rows = (await session.scalars(query)).all()
        return {"items": [_case(row) for row in rows], "by_age": await service.totals(session, clock.today())}


@router.get("/accounts/{account_no}/arrears")
async def of_account(account_no: AccountNo, db: Db, calls: Calls) -> dict[str, Any]:
    """Every case of an account with its steps, and its reconnections."""
    calls.require("arrears")
    async with db.reading() as session:
        query = sa.select(Case).where(Case.account_no == account_no).order_by(Case.opened_at)
        rows = (await session.scalars(query)).all()
        orders = sa.select(Reconnection).where(Reconnection.account_no == account_no).order_by(Reconnection.ordered_at)
        return {
            "cases": [
                _case(row) | {"steps": [_step(s) for s in await service.steps(session, row.case_no)]} for row in rows
            ],
            "reconnections": [_reconnection(one) for one in (await session.scalars(orders)).all()],
        }


@router.post("/arrears/rounds", status_code=202)
async def start_round(new: Round, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """Start the daily round of reminders; each round queues the next."""
    calls.require("arrears")
    datetime.fromisoformat(new.day)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await jobs.defer(session, "billing.remind", {"day": new.day}, key=f"billing.remind:{new.day}")
        return 202, {"day": new.day}

    return await write_once(db, key, ["round", new.day], run)


@router.post("/arrears/{case_no}/steps", status_code=201)
async def do(case_no: CaseNo, new: NewStep, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """One step; what stands in its way is said (409 `step_refused`)."""
    calls.require("arrears")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        case = await service.get(session, case_no)
        return 201, _case(await service.do(session, case, new.step, actor=new.actor, data=new.data()))

    return await write_once(db, key, ["arrears", case_no, new.model_dump(mode="json")], run)


@router.post("/reconnections/{order_no}/done", status_code=201)
async def by_crew(order_no: OrderNo, told: ByCrew, db: Db, key: Key, calls: Calls) -> JSONResponse:
    """A crew switched it on by hand."""
    calls.require("arrears")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, _reconnection(await service.by_crew(session, order_no, actor=told.actor))

    return await write_once(db, key, ["reconnected", order_no, told.model_dump()], run)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.TZ).isoformat(timespec="seconds") if moment else None


def _case(row: Case) -> dict[str, Any]:
    names = ("case_no", "account_no", "stage", "approved_by")
    moments = {name: _iso(getattr(row, name)) for name in ("stop_at", "opened_at", "closed_at")}
    return {**{name: getattr(row, name) for name in names}, "due_date": row.due_date.isoformat(), **moments}


def _step(row: Step) -> dict[str, Any]:
    return {"step": row.step, "stage": row.stage, "actor": row.actor, "data": row.data, "at": _iso(row.at)}


def _reconnection(row: Reconnection) -> dict[str, Any]:
    moments = {name: _iso(getattr(row, name)) for name in ("ordered_at", "due_by", "done_at")}
    return {"order_no": row.order_no, "account_no": row.account_no, "problem": row.problem, **moments}
