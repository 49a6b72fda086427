"""Bills as a customer may ask for them: what is due, one month, several, and why it changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills import repository, wording
from backends.billing.bills.engine import tiers, wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.explain import Change, Month, explain
from backends.billing.bills.engine.words import Bill
from backends.billing.bills.errors import BillNotFound, NothingToCompare
from backends.billing.bills.models import IssuedBill
from backends.billing.payments import owing
from backends.billing.payments.owing import Owed
from backends.billing.tariffs.book import service_book
from kernel import clock
from kernel.money import fen

Json = dict[str, Any]


def status_of(bill: IssuedBill, *, today: date) -> str:
    """`issued`, `partly_paid`, `paid`, `overdue` or `cancelled` (domain/billing.md 3.6)."""
    if bill.cancelled:
        return "cancelled"
    if bill.paid_fen >= bill.payable_fen:
        return "paid"
    if today > bill.due_date:
        return "overdue"
    return "partly_paid" if bill.paid_fen else "issued"


async def due(session: AsyncSession, account: Account) -> Json:
    """The sum to be paid, and until when; no other figure, so that anybody may pay (L1)."""
    today = clock.today()
    if account.balance_fen is not None:
        return {"total_fen": max(-account.balance_fen, 0), "due_date": None, "is_overdue": account.balance_fen < 0}
    bills = await owing.open_bills(session, account.account_no)
    left = [one for one in await owing.of_bills(session, bills, account.category, today=today) if one.total_fen]
    dates = [one.bill.due_date for one in left]
    return {
        "total_fen": max(sum(one.total_fen for one in left) - account.credit_balance_fen, 0),
        "due_date": max(dates).isoformat() if dates else None,
        "is_overdue": any(today > day for day in dates),
    }


def headline(left: Owed) -> Json:
    """One bill without its lines."""
    today, bill = clock.today(), left.bill
    return {
        "bill_no": bill.bill_no,
        "account_no": bill.account_no,
        "month": bill.month,
        "period_from": bill.period_from.isoformat(),
        "period_to": bill.period_to.isoformat(),
        "days": (bill.period_to - bill.period_from).days,
        "energy_kwh": bill.energy_kwh,
        "bill_amount_fen": bill.bill_amount_fen,
        "payable_fen": bill.payable_fen,
        "paid_fen": bill.paid_fen,
        "late_fee_fen": left.late_fee_fen,
        "late_days": left.fee.days if left.principal_fen else 0,
        "due_fen": left.total_fen,
        "issued_on": bill.issued_on.isoformat(),
        "due_date": bill.due_date.isoformat(),
        "status": status_of(bill, today=today),
    }


def computed(bill: IssuedBill) -> Bill:
    """The bill again from its inputs; the same figures, with everything between."""
    return compute(wire.request(bill.inputs), service_book())


def whole(left: Owed) -> Json:
    """One bill with its lines, each with the sum it came from, the segments and the place on the ladder."""
    bill = left.bill
    again = computed(bill)
    full = wire.bill(again, bill.inputs["readings"])
    formulas = [line.formula for line in again.lines]
    full["lines"] = [{**kept, "formula": sum_} for kept, sum_ in zip(bill.lines, formulas, strict=True)]
    return {**full, **headline(left), **ladder(again)}


def ladder(bill: Bill) -> Json:
    """Year to date, the tier reached and where the next one begins; Nones for accounts without a ladder."""
    ytd = bill.ytd_kwh_after
    if ytd is None:
        return {"tier": None, "year_kwh": None, "next_tier_from_kwh": None}
    request = bill.request
    bounds = tiers.bounds_of(request.terms, service_book().ladder_on(bill.segments[-1].begins))
    tier = bounds.tier_at(ytd)
    return {
        "tier": tier,
        "year_kwh": ytd,
        "next_tier_from_kwh": {1: bounds.first, 2: bounds.second}.get(tier),
    }


async def one(session: AsyncSession, account: Account, month: str | None) -> Json:
    """Raises BillNotFound."""
    (left,) = await _owed(session, account, [await _bill(session, account, month)])
    return whole(left)


async def _owed(session: AsyncSession, account: Account, bills: Sequence[IssuedBill]) -> list[Owed]:
    return await owing.of_bills(session, bills, account.category, today=clock.today())


async def _bill(session: AsyncSession, account: Account, month: str | None) -> IssuedBill:
    found = await repository.find(session, account.account_no, month)
    if found is None:
        raise BillNotFound(f"no bill of {month or 'any month'}")
    return found


async def several(session: AsyncSession, account: Account, *, before: str | None, limit: int) -> Json:
    """Newest first, with a cursor when there are more."""
    bills = await repository.newest(session, account.account_no, before=before, limit=limit + 1)
    shown = bills[:limit]
    more = len(bills) > limit
    return {
        "items": [whole(one) for one in await _owed(session, account, shown)],
        "next": shown[-1].month if more else None,
    }


def month_shift(month: str, by: int) -> str:
    """`2026-01`, −1 → `2025-12`."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{number // 12}-{number % 12 + 1:02d}"


async def explanation(session: AsyncSession, account: Account, month: str | None) -> Json:
    """Why a month is more or less than the one before, in parts that add up and in words.

    Raises:
        BillNotFound. NothingToCompare: there is no bill of the month before.
    """
    now = await _bill(session, account, month)
    before = await repository.find(session, account.account_no, month_shift(now.month, -1))
    if before is None:
        raise NothingToCompare(f"no bill before {now.month}")
    last_year = await repository.find(session, account.account_no, month_shift(now.month, -12))
    change = explain(
        Month(computed(before)),
        Month(computed(now)),
        same_month_last_year_kwh=last_year.energy_kwh if last_year else None,
    )
    return _explained(now, before, change, last_year.energy_kwh if last_year else None)


def _explained(now: IssuedBill, before: IssuedBill, change: Change, last_year_kwh: int | None) -> Json:
    told = wording.Told(now.month, before.month, change, ladder(change.now.bill), last_year_kwh)
    return {
        "account_no": now.account_no,
        "month": now.month,
        "before_month": before.month,
        **wire.change(change),
        "difference_fen": fen(change.difference),
        "reasons": [reason.as_json() for reason in wording.reasons(told)],
        "same_month_last_year_kwh": last_year_kwh,
        "unusual": change.unusual,
        "text": wording.text(told),
        "speech": wording.speech(told),
    }
