"""GET /v1/accounts/{no}/statements/{month}.csv and .pdf: L2."""

from __future__ import annotations

import csv
import io
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing import paper
from backends.billing.accounts import service as accounts
from backends.billing.accounts.endpoints import AccountNo
from backends.billing.accounts.models import Account
from backends.billing.bills import service as bills
from backends.billing.payments.models import Allocation, Payment
from backends.billing.web import Asks, Db
from kernel import account_no as numbers
from kernel.money import format_yuan

router = APIRouter(prefix="/accounts/{account_no}/statements", tags=["statements"])
Month = Annotated[str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Rows = list[list[str]]
_PRIVATE = {"Cache-Control": "private, no-store"}
_UNITS = {"kWh": "度"}


@router.get("/{month}.csv", response_class=Response)
async def as_csv(account_no: AccountNo, month: Month, db: Db, asks: Asks) -> Response:
    asks.require_l2(account_no)
    async with db.reading() as session:
        lines, paid, _ = await _of(session, await accounts.get(session, account_no), month)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([*lines, [], *paid])
    text = "\ufeff" + out.getvalue()  # spreadsheets read Chinese by this mark
    return Response(text, media_type="text/csv; charset=utf-8", headers=_PRIVATE)


@router.get("/{month}.pdf", response_class=Response)
async def as_pdf(account_no: AccountNo, month: Month, db: Db, asks: Asks) -> Response:
    asks.require_l2(account_no)
    async with db.reading() as session:
        lines, paid, note = await _of(session, await accounts.get(session, account_no), month)
    title = f"电费账单 {month}，户号尾号 {numbers.last4(account_no)}"
    return Response(paper.page(title, [lines, paid], note), media_type="application/pdf", headers=_PRIVATE)


async def _of(session: AsyncSession, account: Account, month: str) -> tuple[Rows, Rows, str]:
    """Lines, payments, and how it stands. Raises BillNotFound."""
    bill = await bills.one(session, account, month)
    lines = [["项目", "数量", "单位", "单价", "金额（元）"]]
    lines += [
        [one["label"], one["qty"], _UNITS.get(one["unit"], one["unit"]), one["price"], one["amount"]]
        for one in bill["lines"]
    ]
    lines.append(["合计", str(bill["energy_kwh"]), "度", "", bill["bill_amount"]])
    query = (
        sa.select(Payment.paid_on, Payment.channel, sa.func.sum(Allocation.amount_fen))
        .join(Payment, Payment.payment_no == Allocation.payment_no)
        .where(Allocation.bill_no == bill["bill_no"])
        .group_by(Payment.paid_on, Payment.channel)
        .order_by(Payment.paid_on)
    )
    paid = [["缴费日", "方式", "金额（元）"]]
    paid += [[day.isoformat(), channel, format_yuan(int(fen))] for day, channel, fen in (await session.execute(query))]
    left = format_yuan(bill["due_fen"])
    return lines, paid, f"{bill['period_from']} 至 {bill['period_to']}，到期 {bill['due_date']}，还应缴 {left} 元。"
