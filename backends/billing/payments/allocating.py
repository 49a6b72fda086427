"""Where money goes: the oldest bill first, of it the principal, then its late fee, the rest to the balance (3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.payments import owing
from backends.billing.payments.models import Allocation
from backends.billing.payments.owing import Owed


@dataclass(frozen=True)
class Share:
    """So many fen towards one part; `bill_no` None for `credit` and `prepaid`."""

    part: str
    amount_fen: int
    bill_no: str | None = None


def shares(amount_fen: int, open_bills: list[Owed]) -> list[Share]:
    """Split an amount over what is owed, oldest first; the rest is `credit`. Pure; adds up to the amount."""
    found, left = [], amount_fen
    for owed in open_bills:
        for part, wanted in (("principal", owed.principal_fen), ("late_fee", owed.late_fee_fen)):
            taken = min(left, wanted)
            if taken > 0:
                found.append(Share(part, taken, owed.bill.bill_no))
                left -= taken
    if left:
        found.append(Share("credit", left))
    return found


async def allocate(
    session: AsyncSession, account: Account, amount_fen: int, *, payment_no: str | None, on_day: date
) -> dict[str, int]:
    """Put an amount towards what a locked account owes.

    Returns:
        Fen by book as the credit side of a movement, so negative.
    """
    if account.balance_fen is not None:
        account.balance_fen += amount_fen
        session.add(
            Allocation(payment_no=payment_no, bill_no=None, part="prepaid", amount_fen=amount_fen, on_day=on_day)
        )
        return {"prepaid": -amount_fen}
    bills = await owing.open_bills(session, account.account_no, lock=True)
    owed = await owing.of_bills(session, bills, account.category, today=on_day)
    split = shares(amount_fen, owed)
    by_no = {bill.bill_no: bill for bill in bills}
    for share in split:
        if share.part == "principal" and share.bill_no:
            by_no[share.bill_no].paid_fen += share.amount_fen
        if share.part == "credit":
            account.credit_balance_fen += share.amount_fen
        session.add(
            Allocation(
                payment_no=payment_no,
                bill_no=share.bill_no,
                part=share.part,
                amount_fen=share.amount_fen,
                on_day=on_day,
            )
        )
    await session.flush()
    return _books(split)


_BOOK_OF = {"principal": "receivable", "late_fee": "late_fees", "credit": "credit"}


def _books(split: list[Share]) -> dict[str, int]:
    lines: dict[str, int] = {}
    for share in split:
        book = _BOOK_OF[share.part]
        lines[book] = lines.get(book, 0) - share.amount_fen
    return lines
