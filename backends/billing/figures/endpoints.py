"""GET /v1/figures and /v1/figures.csv, by month."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.arrears import service as arrears
from backends.billing.bills.models import IssuedBill
from backends.billing.disputes import service as disputes
from backends.billing.payments.models import Payment
from backends.billing.web import Calls, Db
from kernel import clock

router = APIRouter(tags=["figures"])
Month = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


@router.get("/figures")
async def figures(db: Db, calls: Calls, month: Month = None) -> dict[str, Any]:
    """Of the newest month, or the one named; rates in percent, sums in fen."""
    calls.require("figures")
    async with db.reading() as session:
        named = month or await _newest(session)
        return {
            "month": named,
            "by_category": await _by_category(session, named),
            "arrears_by_age": await arrears.totals(session, clock.today()),
            "disputes_by_cause": await disputes.by_cause(session),
            "payments_by_channel": await _by_channel(session, named),
        }


@router.get("/figures.csv", response_class=Response)
async def as_csv(db: Db, calls: Calls, month: Month = None) -> Response:
    """Bills and collection by category, for a spreadsheet."""
    calls.require("figures")
    async with db.reading() as session:
        rows = await _by_category(session, month or await _newest(session))
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["category"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8")


async def _newest(session: AsyncSession) -> str:
    return str(await session.scalar(sa.select(sa.func.max(IssuedBill.month))) or "")


async def _by_category(session: AsyncSession, month: str) -> list[dict[str, Any]]:
    paid, payable = sa.func.sum(IssuedBill.paid_fen), sa.func.sum(IssuedBill.payable_fen)
    query = (
        sa.select(Account.category, sa.func.count(), sa.func.sum(IssuedBill.energy_kwh), payable, paid)
        .join(Account, Account.account_no == IssuedBill.account_no)
        .where(IssuedBill.month == month)
        .group_by(Account.category)
        .order_by(Account.category)
    )
    return [
        {
            "category": category, "bills": count, "energy_kwh": int(kwh), "payable_fen": int(due),
            "paid_fen": int(got), "collected_percent": round(100 * int(got) / int(due), 1) if due else None,
        }
        for category, count, kwh, due, got in (await session.execute(query)).all()
    ]  # fmt: skip


async def _by_channel(session: AsyncSession, month: str) -> dict[str, int]:
    day = sa.func.to_char(Payment.paid_on, "YYYY-MM")
    query = sa.select(Payment.channel, sa.func.sum(Payment.amount_fen)).where(day == month).group_by(Payment.channel)
    return {channel: int(total) for channel, total in (await session.execute(query)).all()}
