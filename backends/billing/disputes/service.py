"""Opening and settling disputes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills import repository
from backends.billing.bills.adjusting import correcting
from backends.billing.bills.errors import BillNotFound
from backends.billing.bills.models import IssuedBill
from backends.billing.disputes import meter_error
from backends.billing.disputes.errors import AlreadyDisputed, AlreadySettled, DisputeNotFound
from backends.billing.disputes.models import Dispute
from backends.billing.payments import owing
from backends.billing.payments.models import Allocation
from kernel import clock, ids
from kit.workdays import next_workday

ANSWER_WORKDAYS = 5  # published: a wrong reading is looked into and answered within five working days


async def open_one(session: AsyncSession, account: Account, month: str | None, facts: str) -> Dispute:
    """Raises BillNotFound, AlreadyDisputed."""
    bill = await repository.find(session, account.account_no, month)
    if bill is None:
        raise BillNotFound(f"no bill of {month or 'any month'}")
    if await _open_of(session, bill.bill_no):
        raise AlreadyDisputed(bill.bill_no)
    bill.is_fee_frozen = True
    dispute = Dispute(
        dispute_no=ids.new_id("yy"), account_no=account.account_no, bill_no=bill.bill_no, facts=facts,
        opened_at=clock.now(), answer_by=_answer_by(),
    )  # fmt: skip
    session.add(dispute)
    await session.flush()
    return dispute


def _answer_by() -> datetime:
    day = clock.now().astimezone(clock.TZ).date()
    for _ in range(ANSWER_WORKDAYS):
        day = next_workday(day)
    return datetime.combine(day, time(18), clock.TZ)


async def _open_of(session: AsyncSession, bill_no: str) -> Dispute | None:
    query = sa.select(Dispute).where(Dispute.bill_no == bill_no, Dispute.settled_at.is_(None))
    return (await session.scalars(query)).first()


async def get(session: AsyncSession, dispute_no: str) -> Dispute:
    """Locked. Raises DisputeNotFound."""
    found = await session.get(Dispute, dispute_no, with_for_update=True)
    if found is None:
        raise DisputeNotFound(dispute_no)
    return found


async def settle(
    session: AsyncSession, dispute: Dispute, *, outcome: str, cause: str | None, reply: str, actor: str
) -> Dispute:
    """Upheld or rejected. Upheld, no late fee is asked for the time it was our fault. Raises AlreadySettled."""
    if dispute.settled_at is not None:
        raise AlreadySettled(dispute.dispute_no)
    bill = await session.get(IssuedBill, dispute.bill_no, with_for_update=True)
    account = await session.get(Account, dispute.account_no)
    assert bill is not None
    assert account is not None
    bill.is_fee_frozen = False
    await session.flush()
    if outcome == "upheld":
        await _waive(session, bill, account)
    dispute.outcome, dispute.cause, dispute.reply = outcome, cause, reply
    dispute.settled_by, dispute.settled_at = actor, clock.now()
    await session.flush()
    return dispute


async def _waive(session: AsyncSession, bill: IssuedBill, account: Account) -> None:
    today = clock.today()
    (owed,) = await owing.of_bills(session, [bill], account.category, today=today)
    if owed.late_fee_fen:
        session.add(
            Allocation(payment_no=None, bill_no=bill.bill_no, part="waived", amount_fen=owed.late_fee_fen, on_day=today)
        )


async def meter_was_wrong(
    session: AsyncSession, dispute: Dispute, error_percent: Decimal, last_test: date, *, actor: str
) -> Sequence[correcting.Adjustment]:
    """Corrections of the later half of the time since the last test."""
    account = await session.get(Account, dispute.account_no, with_for_update=True)
    assert account is not None
    dispute.error_percent = error_percent
    query = sa.select(IssuedBill).where(IssuedBill.account_no == account.account_no).order_by(IssuedBill.month)
    bills = (await session.scalars(query)).all()
    begins = meter_error.half_since(last_test, clock.today())
    return [
        await correcting.write(session, account, right, right.wrong_by_fen, reason="meter_error", approved_by=actor)
        for right in meter_error.right_bills(bills, error_percent, begins)
        if right.wrong_by_fen
    ]


async def by_cause(session: AsyncSession) -> dict[str, int]:
    """Settled disputes by what was wrong; those rejected as `none`."""
    cause = sa.func.coalesce(Dispute.cause, "none")
    query = sa.select(cause, sa.func.count()).where(Dispute.settled_at.is_not(None)).group_by(cause)
    return {str(name): int(count) for name, count in (await session.execute(query)).all()}
