"""Money that was not meant to stay: moved to the right account, given back. What was posted stays; it is countered."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts import service as accounts
from backends.billing.accounts.models import Account
from backends.billing.bills.models import IssuedBill
from backends.billing.ledger import posting
from backends.billing.payments import allocating
from backends.billing.payments.errors import (
    AlreadyUndone,
    NotEnoughCredit,
    OwnRefund,
    PaymentNotFound,
    RefundNotFound,
)
from backends.billing.payments.models import Allocation, Payment, Refund
from kernel import clock, ids


async def get(session: AsyncSession, payment_no: str) -> Payment:
    """Locked. Raises PaymentNotFound."""
    found = await session.get(Payment, payment_no, with_for_update=True)
    if found is None:
        raise PaymentNotFound(payment_no)
    return found


async def move(session: AsyncSession, payment: Payment, account_no: str, *, actor: str) -> Payment:
    """It was for another account (or nobody's): taken from where it went, put where it belongs.

    Raises:
        AlreadyUndone. AccountNotFound.
    """
    known = await accounts.get(session, account_no)
    right = await session.get(Account, known.account_no, with_for_update=True)
    assert right is not None
    return await move_to(session, payment, right, actor=actor)


async def move_to(session: AsyncSession, payment: Payment, right: Account, *, actor: str) -> Payment:
    """As `move`, to a locked account. Raises AlreadyUndone."""
    if payment.status not in ("posted", "unclear"):
        raise AlreadyUndone(f"the payment is {payment.status}")
    taken = await _take_back(session, payment)
    today = clock.now().date()
    given = await allocating.allocate(session, right, payment.amount_fen, payment_no=payment.payment_no, on_day=today)
    ref = f"{payment.payment_no}:{ids.new_id(right.account_no)}"
    await posting.post(session, "move_out", ref, taken, account_no=payment.account_no, memo=actor)
    lines = {**given, "unclear": payment.amount_fen}
    await posting.post(session, "move_in", ref, lines, account_no=right.account_no, memo=actor)
    payment.note = f"moved from {payment.account_no or 'nobody'} by {actor}"
    payment.account_no, payment.status = right.account_no, "posted"
    await session.flush()
    return payment


async def _take_back(session: AsyncSession, payment: Payment) -> dict[str, int]:
    """Undo where a payment went. Gives the lines of a movement that puts it into `unclear`."""
    if payment.status == "unclear":
        return {}
    assert payment.account_no is not None
    account = await session.get(Account, payment.account_no, with_for_update=True)
    assert account is not None
    lines: dict[str, int] = defaultdict(int)
    for part, bill_no, amount in await _parts(session, payment.payment_no):
        if part == "prepaid":
            account.balance_fen = (account.balance_fen or 0) - amount
        elif part == "credit":
            taken, unpaid = await _take_credit(session, account, amount)
            lines["credit"] += taken
            lines["receivable"] += unpaid
        elif part == "principal" and bill_no:
            bill = await session.get(IssuedBill, bill_no, with_for_update=True)
            assert bill is not None
            bill.paid_fen -= amount
        if part != "credit":
            lines[_BOOKS[part]] += amount
        session.add(
            Allocation(
                payment_no=payment.payment_no, bill_no=bill_no, part=part, amount_fen=-amount, on_day=clock.now().date()
            )
        )
    return {**lines, "unclear": -payment.amount_fen}


async def _take_credit(session: AsyncSession, account: Account, amount_fen: int) -> tuple[int, int]:
    """Take so much of the balance; what bills have used of it since is open again, the newest bill first.

    Returns:
        Fen from the balance, fen that bills owe again.

    Raises:
        NotEnoughCredit: part of it was given back to the customer.
    """
    taken = min(account.credit_balance_fen, amount_fen)
    account.credit_balance_fen -= taken
    left = amount_fen - taken
    for bill, used in await _bills_paid_by_credit(session, account.account_no) if left else ():
        part = min(left, used)
        bill.paid_fen -= part
        left -= part
        today = clock.now().date()
        row = {"payment_no": None, "bill_no": bill.bill_no, "part": "principal", "amount_fen": -part, "on_day": today}
        session.add(Allocation(**row))
        if not left:
            break
    if left:
        raise NotEnoughCredit(f"{left} fen of it were given back")
    return taken, amount_fen - taken


async def _bills_paid_by_credit(session: AsyncSession, account_no: str) -> list[tuple[IssuedBill, int]]:
    used = sa.func.sum(Allocation.amount_fen)
    query = (
        sa.select(IssuedBill, used)
        .join(Allocation, Allocation.bill_no == IssuedBill.bill_no)
        .where(IssuedBill.account_no == account_no, Allocation.payment_no.is_(None), Allocation.part == "principal")
        .group_by(IssuedBill.bill_no)
        .having(used > 0)
        .order_by(IssuedBill.month.desc())
    )
    return [(bill, int(amount)) for bill, amount in (await session.execute(query)).all()]


_BOOKS = {"prepaid": "prepaid", "credit": "credit", "principal": "receivable", "late_fee": "late_fees"}


async def _parts(session: AsyncSession, payment_no: str) -> list[tuple[str, str | None, int]]:
    """What still lies where this payment put it."""
    total = sa.func.sum(Allocation.amount_fen)
    query = (
        sa.select(Allocation.part, Allocation.bill_no, total)
        .where(Allocation.payment_no == payment_no)
        .group_by(Allocation.part, Allocation.bill_no)
        .having(total != 0)
    )
    return [(part, bill_no, int(amount)) for part, bill_no, amount in (await session.execute(query)).all()]


async def ask_refund(
    session: AsyncSession, account: Account, amount_fen: int, *, reason: str, asked_by: str, payment_no: str | None
) -> Refund:
    """Set money of the balance aside to be given back. Raises NotEnoughCredit, PaymentNotFound."""
    if payment_no is not None and (await get(session, payment_no)).account_no != account.account_no:
        raise PaymentNotFound(payment_no)
    locked = await session.get(Account, account.account_no, with_for_update=True)
    assert locked is not None
    waiting = await session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_fen), 0)).where(
            Refund.account_no == account.account_no, Refund.status != "sent"
        )
    )
    if amount_fen + int(waiting or 0) > locked.credit_balance_fen:
        raise NotEnoughCredit(f"{locked.credit_balance_fen - int(waiting or 0)} fen may be given back")
    refund = Refund(
        refund_no=ids.new_id("tf"), account_no=account.account_no, payment_no=payment_no, amount_fen=amount_fen,
        reason=reason, status="asked", asked_by=asked_by, asked_at=clock.now(),
    )  # fmt: skip
    session.add(refund)
    await session.flush()
    return refund


async def send_refund(session: AsyncSession, refund_no: str, *, approved_by: str) -> Refund:
    """Somebody else approves and it leaves the books.

    Raises:
        RefundNotFound, OwnRefund, AlreadyUndone, NotEnoughCredit.
    """
    refund = await session.get(Refund, refund_no, with_for_update=True)
    if refund is None:
        raise RefundNotFound(refund_no)
    if refund.status == "sent":
        raise AlreadyUndone("it was sent")
    if approved_by == refund.asked_by:
        raise OwnRefund("somebody else has to approve it")
    account = await session.get(Account, refund.account_no, with_for_update=True)
    assert account is not None
    if account.credit_balance_fen < refund.amount_fen:
        raise NotEnoughCredit("the balance went to a bill meanwhile")
    account.credit_balance_fen -= refund.amount_fen
    lines = {"credit": refund.amount_fen, "cash": -refund.amount_fen}
    await posting.post(session, "refund", refund_no, lines, account_no=refund.account_no, memo=refund.reason)
    refund.status, refund.approved_by, refund.sent_at = "sent", approved_by, clock.now()
    await session.flush()
    return refund
