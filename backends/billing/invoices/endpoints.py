"""/v1/accounts/{no}/bills/{month}/invoices and /v1/invoices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing import paper
from backends.billing.accounts import service as accounts
from backends.billing.accounts.endpoints import AccountNo
from backends.billing.bills.endpoints import Month, named
from backends.billing.invoices import service
from backends.billing.invoices.models import Invoice
from backends.billing.web import Asks, Calls, Db, Key, write_once
from kernel import clock
from kernel.dates_zh import text_date
from kernel.money import format_yuan

router = APIRouter(tags=["invoices"])
InvoiceNo = Annotated[str, Path(pattern=r"^FP[0-9]{12}$")]
Line = Annotated[str, Field(min_length=1, max_length=100)]


class NewInvoice(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: Literal["normal", "special"] = "normal"
    title: Line | None = None
    tax_no: Annotated[str, Field(min_length=15, max_length=24)] | None = None
    bank: Line | None = None
    email: Annotated[str, Field(max_length=100, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    consent: Literal["holder_confirmed", "lease"] | None = None


@router.post("/accounts/{account_no}/bills/{month}/invoices", status_code=201)
async def issue(account_no: AccountNo, month: Month, new: NewInvoice, db: Db, key: Key, asks: Asks) -> JSONResponse:
    """L2. The holder's name unless the holder agreed to another."""
    asks.require_l2(account_no)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        account = await accounts.get(session, account_no)
        wanted = service.Wanted(**new.model_dump())
        return 201, _shown(await service.issue(session, account, named(month), wanted))

    return await write_once(db, key, ["invoice", account_no, month, new.model_dump()], run)


@router.get("/invoices/{invoice_no}.pdf", response_class=Response)
async def pdf(invoice_no: InvoiceNo, db: Db, asks: Asks) -> Response:
    """L2 of its account. A sample's layout; a tax office's signature is not ours to make."""
    async with db.reading() as session:
        invoice = await service.get(session, invoice_no)
    asks.require_l2(invoice.account_no)
    return Response(_page(invoice), media_type="application/pdf", headers={"Cache-Control": "private, no-store"})


def _page(invoice: Invoice) -> bytes:
    kind = {"normal": "电子发票（普通发票）", "special": "电子发票（增值税专用发票）"}[invoice.kind]
    head = "（红字）" if invoice.amount_fen < 0 else ""
    rows = [
        ["项目", "内容"],
        ["发票号", invoice.invoice_no],
        ["开票日期", text_date(invoice.issued_at.astimezone(clock.TZ).date())],
        ["购买方", invoice.title],
        ["税号", invoice.tax_no or "—"],
        ["销售方", "江城供电公司（样例）"],
        ["货物", f"电费，{invoice.bill_no}"],
        ["数量", f"{invoice.energy_kwh} 度"],
        ["价税合计", f"{format_yuan(invoice.amount_fen)} 元"],
    ]
    return paper.page(f"{kind}{head}", [rows], "样例发票，没有税务机关签章，不能入账。")


@router.post("/invoices/{invoice_no}/reversal", status_code=201)
async def reverse(invoice_no: InvoiceNo, db: Db, key: Key, calls: Calls) -> JSONResponse:
    calls.require("invoices")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, _shown(await service.reverse(session, await service.get(session, invoice_no)))

    return await write_once(db, key, ["invoice-reversal", invoice_no], run)


def _shown(one: Invoice) -> dict[str, Any]:
    names = ("invoice_no", "bill_no", "kind", "title", "tax_no", "amount_fen", "status", "reverses", "email")
    issued = one.issued_at.astimezone(clock.TZ).isoformat(timespec="seconds")
    return {**{name: getattr(one, name) for name in names}, "issued_at": issued}
