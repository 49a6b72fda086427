"""What is left of a bill: principal, and the late fee as it grew while the principal shrank (domain/billing.md 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.bills.engine.late_fee import LateFee, late_fee
from backends.billing.bills.engine.late_fee import Payment as Part
from backends.billing.bills.models import IssuedBill
from backends.billing.payments.models import Allocation
from backends.billing.tariffs.book import service_book
from kernel.money import fen, yuan


@dataclass(frozen=True)
class Owed:
    """Fen left of one bill on a day. `fee` is the whole fee so far, of which `late_fee_fen` is not paid yet."""

    bill: IssuedBill
    principal_fen: int
    late_fee_fen: int
    fee: LateFee

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.late_fee_fen


def owed(bill: IssuedBill, category: str, *, today: date, parts: Sequence[Allocation] = ()) -> Owed:
    """Principal and late fee as if it were settled today.

    Args:
        parts: what was paid towards this bill. Principal that left no trace here was paid in time.
    """
    left = max(bill.payable_fen - bill.paid_fen, 0)
    if bill.is_fee_frozen or bill.cancelled:
        fee = late_fee(category, yuan(0), bill.due_date, today, book=service_book())
        return Owed(bill, 0 if bill.cancelled else left, 0, fee)
    late = [one for one in parts if one.part == "principal" and one.on_day > bill.due_date]
    base = left + sum(one.amount_fen for one in late)
    # What is paid today lowers the fee from tomorrow's look on: so several payments of a day come to the same in
    # whatever order they are posted.
    payments = tuple(Part(one.on_day, yuan(one.amount_fen)) for one in late if one.on_day < today)
    fee = late_fee(category, yuan(base), bill.due_date, today, book=service_book(), payments=payments)
    paid = sum(one.amount_fen for one in parts if one.part in ("late_fee", "waived"))
    return Owed(bill, left, max(fen(fee.fee) - paid, 0), fee)


async def of_bills(session: AsyncSession, bills: Sequence[IssuedBill], category: str, *, today: date) -> list[Owed]:
    """Each with what was paid towards it, in the order given."""
    numbers = [bill.bill_no for bill in bills]
    rows = (
        (await session.scalars(sa.select(Allocation).where(Allocation.bill_no.in_(numbers)))).all() if numbers else []
    )
    return [
        owed(bill, category, today=today, parts=[one for one in rows if one.bill_no == bill.bill_no]) for bill in bills
    ]


async def open_bills(session: AsyncSession, account_no: str, *, lock: bool = False) -> list[IssuedBill]:
    """Bills of which principal or a late fee may still be owed, oldest first.

    A bill paid in full after its due date may owe its fee: those of the last three years are looked at.
    """
    late = (
        sa.select(Allocation.id)
        .where(Allocation.bill_no == IssuedBill.bill_no, Allocation.part == "principal")
        .where(Allocation.on_day > IssuedBill.due_date)
        .exists()
    )
    query = sa.select(IssuedBill).where(IssuedBill.account_no == account_no, sa.not_(IssuedBill.cancelled))
    query = query.where(sa.or_(IssuedBill.paid_fen < IssuedBill.payable_fen, late)).order_by(IssuedBill.month)
    return list((await session.scalars(query.with_for_update() if lock else query)).all())
