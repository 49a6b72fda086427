"""A reading was wrong: the bill is computed again as it should have been, and every later one it touches.

What the right bills differ by becomes corrections, one a bill; the issued bills stay as they are. A later bill is
touched by its start reading, and up to the end of the year by the year to date.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills.adjusting.models import Adjustment
from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.words import Bill
from backends.billing.bills.errors import BillNotFound
from backends.billing.bills.models import IssuedBill
from backends.billing.ledger import posting
from backends.billing.tariffs.book import service_book
from kernel import clock, ids
from kernel.errors import Malformed

Json = dict[str, Any]


@dataclass(frozen=True)
class Right:
    """A bill as it was issued and as it should have been; `inputs` of the right one."""

    issued: IssuedBill
    bill: Bill
    inputs: Json

    @property
    def wrong_by_fen(self) -> int:
        """What is still owed; negative is given back. Measured against what was asked with earlier corrections."""
        return self.bill.amount_fen - self.issued.bill_amount_fen


def recompute(bills: Sequence[IssuedBill], readings: Mapping[tuple[str, str], Decimal]) -> list[Right]:
    """Bills as they should have been, oldest first. Pure.

    Args:
        bills: of one account, oldest first; the first is the one whose end readings were wrong.
        readings: (meter, register) → what really stood there at its end.

    Raises:
        Malformed: the bill has no such register.
    """
    first, later = bills[0], bills[1:]
    right = [_right(first, _with_ends(first.inputs, readings))]
    for issued in later:
        inputs = _with_starts(issued.inputs, readings if len(right) == 1 else {})
        begins = date.fromisoformat(inputs["period_from"])
        if (begins.month, begins.day) != (1, 1) and right[-1].bill.ytd_kwh_after is not None:
            inputs["ytd_kwh_before"] = right[-1].bill.ytd_kwh_after
        right.append(_right(issued, inputs))
    return right


def _right(issued: IssuedBill, inputs: Json) -> Right:
    return Right(issued, compute(wire.request(inputs), service_book()), inputs)


def _with_ends(inputs: Json, readings: Mapping[tuple[str, str], Decimal]) -> Json:
    """Raises Malformed."""
    right = copy.deepcopy(inputs)
    known = {(given.get("meter_no", ""), given["register"]): given for given in right["readings"]}
    if not readings.keys() <= known.keys():
        raise Malformed("the bill has no such register", code="register_not_found")
    for key, end in readings.items():
        known[key]["end"] = str(end)
        known[key].pop("kind", None)
    return right


def _with_starts(inputs: Json, readings: Mapping[tuple[str, str], Decimal]) -> Json:
    """The bill after starts where the one before really ended; what was read again there follows no estimate."""
    right = copy.deepcopy(inputs)
    for given in right["readings"]:
        start = readings.get((given.get("meter_no", ""), given["register"]))
        if start is not None:
            given["start"] = str(start)
            given.pop("follows_estimate", None)
    return right


async def correct(
    session: AsyncSession,
    account: Account,
    month: str,
    readings: Mapping[tuple[str, str], Decimal],
    *,
    reason: str,
    approved_by: str,
) -> list[Adjustment]:
    """Write the corrections of a wrong reading. What is given back goes to the balance; the rest waits for a bill.

    Raises:
        BillNotFound, Malformed.
    """
    locked = await session.get(Account, account.account_no, with_for_update=True)
    assert locked is not None
    query = sa.select(IssuedBill).where(IssuedBill.account_no == account.account_no, IssuedBill.month >= month)
    bills = (await session.scalars(query.order_by(IssuedBill.month).with_for_update())).all()
    if not bills or bills[0].month != month:
        raise BillNotFound(f"no bill of {month}")
    written = []
    for right in recompute(bills, readings):
        before = await _corrected_so_far(session, right.issued.bill_no)
        amount = right.wrong_by_fen - before
        if amount:
            written.append(await write(session, locked, right, amount, reason=reason, approved_by=approved_by))
    return written


async def _corrected_so_far(session: AsyncSession, bill_no: str) -> int:
    total = await session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Adjustment.amount_fen), 0)).where(Adjustment.bill_no == bill_no)
    )
    return int(total or 0)


async def write(
    session: AsyncSession, account: Account, right: Right, amount_fen: int, *, reason: str, approved_by: str
) -> Adjustment:
    """One correction and its movement."""
    row = Adjustment(
        adjustment_no=ids.new_id("TB"), account_no=account.account_no, bill_no=right.issued.bill_no, reason=reason,
        amount_fen=amount_fen, lines=[wire.line(line) for line in right.bill.lines], approved_by=approved_by,
        at=clock.now(),
    )  # fmt: skip
    session.add(row)
    if amount_fen < 0:
        account.credit_balance_fen += -amount_fen
        await posting.post(
            session, "adjustment", row.adjustment_no, {"adjustments": -amount_fen, "credit": amount_fen},
            account_no=account.account_no, memo=reason,
        )  # fmt: skip
    await session.flush()
    return row
