"""GET /v1/accounts/{no}/due, /bills, /bills/{month}, /bills/{month}/explanation; POST …/due-notes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.accounts.endpoints import AccountNo
from backends.billing.bills import notes, service
from backends.billing.bills.schemas import NewDueNote
from backends.billing.web import Asks, Db, Key, write_once

router = APIRouter(tags=["bills"])
Month = Annotated[str, Path(pattern=r"^(20[0-9]{2}-(0[1-9]|1[0-2])|latest)$", description="`2026-10` or `latest`")]


def named(month: str) -> str | None:
    return None if month == "latest" else month


@router.get("/accounts/{account_no}/due")
async def due(account_no: AccountNo, db: Db, asks: Asks) -> dict[str, Any]:
    """L1: the total to be paid and until when."""
    async with db.transaction() as session:
        account = await accounts.get(session, account_no)
        await accounts.count_lookup(session, asks.subject, account_no)
        return await service.due(session, account)


@router.post("/accounts/{account_no}/due-notes", status_code=201)
async def send_due_note(account_no: AccountNo, body: NewDueNote, db: Db, key: Key) -> JSONResponse:
    """L1: the sum, its day and where to pay, as a (simulated) SMS to whoever is going to pay."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        account = await accounts.get(session, account_no)
        await accounts.count_lookup(session, body.subject, account_no)
        return 201, await notes.send(session, account, body.phone)

    return await write_once(db, key, {"do": "due_note", "account_no": account_no, **body.model_dump()}, run)


@router.get("/accounts/{account_no}/bills")
async def bills(
    account_no: AccountNo,
    db: Db,
    asks: Asks,
    limit: Annotated[int, Query(ge=1, le=26)] = 6,
    cursor: Annotated[str | None, Query(pattern=r"^20[0-9]{2}-[0-9]{2}$")] = None,
) -> dict[str, Any]:
    """L2: newest first; `next` is the cursor of the next page."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        account = await accounts.get(session, account_no)
        return await service.several(session, account, before=cursor, limit=limit)


@router.get("/accounts/{account_no}/bills/{month}")
async def bill(account_no: AccountNo, month: Month, db: Db, asks: Asks) -> dict[str, Any]:
    """L2: one bill with its lines, sums and place on the ladder."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        account = await accounts.get(session, account_no)
        return await service.one(session, account, named(month))


@router.get("/accounts/{account_no}/bills/{month}/explanation")
async def explanation(account_no: AccountNo, month: Month, db: Db, asks: Asks) -> dict[str, Any]:
    """L2: why it is more or less than the month before; the parts add up to the fen."""
    asks.require_l2(account_no)
    async with db.reading() as session:
        account = await accounts.get(session, account_no)
        return await service.explanation(session, account, named(month))
