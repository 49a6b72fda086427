"""Taking a day from the balance: what the month costs so far, less what was taken for it (domain/billing.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills.engine.prepaid import Balance, run
from backends.billing.bills.engine.words import Terms
from backends.billing.bills.models import IssuedBill
from backends.billing.explanations.models import DailyUse
from backends.billing.ledger import posting
from backends.billing.prepaid.models import Debit
from backends.billing.tariffs.book import service_book
from kernel.money import fen

DAY = timedelta(days=1)


async def take_day(session: AsyncSession, account: Account, on_day: date) -> int:
    """Take what this day, already kept in `daily_use`, adds to the month; fen. Twice is once; nothing for others."""
    locked = await session.get(Account, account.account_no, with_for_update=True)
    if locked is None or locked.balance_fen is None or locked.plan.endswith("_tou"):
        return 0
    begins = on_day.replace(day=1)
    if await session.get(Debit, (locked.account_no, on_day)) or await _is_billed(session, locked.account_no, begins):
        return 0
    so_far = fen(await _month_to_date(session, locked, begins))
    amount = so_far - await taken(session, locked.account_no, begins, (begins + 32 * DAY).replace(day=1))
    row = {"account_no": locked.account_no, "on_day": on_day, "amount_fen": amount}
    await session.execute(insert(Debit).values(row))
    locked.balance_fen -= amount
    lines = {"prepaid": amount, "revenue": -amount}
    await posting.post(session, "debit", f"{locked.account_no}:{on_day}", lines, account_no=locked.account_no)
    await session.flush()
    return amount


async def _is_billed(session: AsyncSession, account_no: str, begins: date) -> bool:
    query = sa.select(IssuedBill.bill_no).where(
        IssuedBill.account_no == account_no, IssuedBill.period_from <= begins, IssuedBill.period_to > begins
    )
    return await session.scalar(query) is not None


async def _month_to_date(session: AsyncSession, account: Account, begins: date) -> Decimal:
    """Yuan of the month up to its newest known day; a day that is not known counts nothing."""
    ends = (begins + 32 * DAY).replace(day=1)
    query = sa.select(DailyUse.on_day, DailyUse.kwh).where(
        DailyUse.account_no == account.account_no, DailyUse.on_day >= begins, DailyUse.on_day < ends
    )
    known = {row.on_day: row.kwh for row in (await session.execute(query)).all()}
    days = [begins + n * DAY for n in range((max(known) - begins).days + 1)]
    terms = Terms(
        account.category, account.voltage, account.plan, large_household=account.large_household,
        ladder_months=account.ladder_months,
    )  # fmt: skip
    begin = Balance(begins, await _ytd(session, account.account_no, begins), Decimal(0))
    return run(terms, begin, _whole(known.get(day, Decimal(0)) for day in days), {}, book=service_book()).debited


def _whole(days: Iterable[Decimal]) -> list[int]:
    """Days in whole kWh whose sums are the rounded sums."""
    found, exact, given = [], Decimal(0), 0
    for kwh in days:
        exact += kwh
        due = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        found.append(due - given)
        given = due
    return found


async def _ytd(session: AsyncSession, account_no: str, begins: date) -> int:
    if begins.month == 1:
        return 0
    query = sa.select(IssuedBill.ytd_kwh_after).where(
        IssuedBill.account_no == account_no, IssuedBill.period_to == begins
    )
    return int(await session.scalar(query) or 0)


async def taken(session: AsyncSession, account_no: str, begins: date, ends: date) -> int:
    """What was taken day by day in a span, fen."""
    query = sa.select(sa.func.coalesce(sa.func.sum(Debit.amount_fen), 0)).where(
        Debit.account_no == account_no, Debit.on_day >= begins, Debit.on_day < ends
    )
    return int(await session.scalar(query) or 0)
