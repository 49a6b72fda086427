"""Issuing and reversing invoices."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills import repository
from backends.billing.bills.errors import BillNotFound
from backends.billing.invoices.errors import (
    AlreadyInvoiced,
    ConsentMissing,
    InvoiceNotFound,
    NotPaidYet,
    TaxNoWrong,
)
from backends.billing.invoices.models import Invoice
from kernel import clock
from kernel.errors import Malformed
from kernel.tax_no import TaxNo


@dataclass(frozen=True)
class Wanted:
    """`title` None is the holder's name; `kind` special (增值税专用) needs tax number and bank."""

    kind: str = "normal"
    title: str | None = None
    tax_no: str | None = None
    bank: str | None = None
    email: str | None = None
    consent: str | None = None


async def issue(session: AsyncSession, account: Account, month: str | None, wanted: Wanted) -> Invoice:
    """Raises BillNotFound, NotPaidYet, AlreadyInvoiced, ConsentMissing, TaxNoWrong, Malformed."""
    bill = await repository.find(session, account.account_no, month)
    if bill is None:
        raise BillNotFound(f"no bill of {month or 'any month'}")
    if bill.paid_fen < bill.payable_fen:
        raise NotPaidYet(bill.bill_no)
    _check(account, wanted)
    await _lock(session)
    if await _issued_for(session, bill.bill_no):
        raise AlreadyInvoiced(bill.bill_no)
    invoice = Invoice(
        invoice_no=await _next_no(session), account_no=account.account_no, bill_no=bill.bill_no, kind=wanted.kind,
        title=wanted.title or account.account_name, tax_no=wanted.tax_no, bank=wanted.bank,
        amount_fen=bill.bill_amount_fen, energy_kwh=bill.energy_kwh, email=wanted.email, consent=wanted.consent,
        status="issued", issued_at=clock.now(),
    )  # fmt: skip
    session.add(invoice)
    await session.flush()
    return invoice


def _check(account: Account, wanted: Wanted) -> None:
    if wanted.title and wanted.title != account.account_name and not wanted.consent:
        raise ConsentMissing("the holder has to agree to another name")
    if wanted.tax_no is not None:
        found = TaxNo.in_text(wanted.tax_no)
        if found is None or not found.fits_check:
            raise TaxNoWrong("the tax number does not fit its check sign")
    if wanted.kind == "special" and not (wanted.tax_no and wanted.bank):
        raise Malformed("a special invoice needs tax_no and bank", code="special_needs_tax_no")


async def _lock(session: AsyncSession) -> None:
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("billing.invoices"))))


async def _next_no(session: AsyncSession) -> str:
    prefix = f"FP{clock.now().astimezone(clock.TZ):%Y%m%d}"
    count = await session.scalar(sa.select(sa.func.count()).where(Invoice.invoice_no.like(f"{prefix}%")))
    return f"{prefix}{int(count or 0) + 1:04d}"


async def _issued_for(session: AsyncSession, bill_no: str) -> Invoice | None:
    query = sa.select(Invoice).where(Invoice.bill_no == bill_no, Invoice.status == "issued")
    return (await session.scalars(query)).first()


async def get(session: AsyncSession, invoice_no: str) -> Invoice:
    """Raises InvoiceNotFound."""
    found = await session.get(Invoice, invoice_no)
    if found is None:
        raise InvoiceNotFound(invoice_no)
    return found


async def reverse(session: AsyncSession, invoice: Invoice) -> Invoice:
    """红冲: a counter-invoice; afterwards the bill may be invoiced anew. Raises AlreadyInvoiced for one itself."""
    if invoice.status != "issued":
        raise AlreadyInvoiced(f"{invoice.invoice_no} is {invoice.status}")
    await _lock(session)
    invoice.status = "reversed"
    await session.flush()
    counter = Invoice(
        invoice_no=await _next_no(session), account_no=invoice.account_no, bill_no=invoice.bill_no, kind=invoice.kind,
        title=invoice.title, tax_no=invoice.tax_no, bank=invoice.bank, amount_fen=-invoice.amount_fen,
        energy_kwh=-invoice.energy_kwh, email=invoice.email, status="reversal", reverses=invoice.invoice_no,
        issued_at=clock.now(),
    )  # fmt: skip
    session.add(counter)
    await session.flush()
    return counter
