"""What is asked about a bill, answered from the account's own bills."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.bills import repository
from backends.billing.bills import service as bills
from backends.billing.bills.errors import BillNotFound, NothingToCompare
from backends.billing.bills.models import IssuedBill
from backends.billing.explanations import daily, ladder, picture, what_if
from backends.billing.explanations.errors import NoOtherPlan
from backends.billing.explanations.models import DailyUse
from backends.billing.explanations.picture import Column
from backends.billing.tariffs.book import service_book
from kernel import account_no as accounts
from kernel.money import fen

Json = dict[str, Any]
YEAR = 12


async def _bills(session: AsyncSession, account: Account, month: str | None, count: int) -> list[IssuedBill]:
    """Up to so many bills that end with a month, newest first. Raises BillNotFound."""
    before = bills.month_shift(month, 1) if month else None
    found = list(await repository.newest(session, account.account_no, before=before, limit=count))
    if not found or (month and found[0].month != month):
        raise BillNotFound(f"no bill of {month or 'any month'}")
    return found


async def on_the_ladder(session: AsyncSession, account: Account, month: str | None) -> Json:
    """Raises BillNotFound. `has_ladder` false for plans without one."""
    (bill,) = await _bills(session, account, month, 1)
    place = ladder.place(bills.computed(bill), service_book())
    if place is None:
        return {"month": bill.month, "has_ladder": False}
    return {
        "month": bill.month,
        "has_ladder": True,
        "tier": place.tier,
        "year_kwh": place.year_kwh,
        "bounds": [place.first, place.second],
        "left_kwh": place.left_kwh,
        "pace_kwh": f"{place.pace_kwh}",
        "crosses_on": place.crosses_on.isoformat() if place.crosses_on else None,
        "year_end_kwh": place.year_end_kwh,
        "text": picture.ahead(place),
    }


async def other_plan(session: AsyncSession, account: Account, *, valley_percent: int | None) -> Json:
    """The last twelve months on the plan with, or without, peak and valley.

    Raises:
        BillNotFound. NoOtherPlan: this account has no choice.
    """
    if account.plan not in what_if.OTHER:
        raise NoOtherPlan(f"no other plan for {account.plan}")
    year = await _bills(session, account, None, YEAR)
    inputs, book = [one.inputs for one in year], service_book()
    told: Json = {"plan": account.plan, "other_plan": what_if.OTHER[account.plan], "months": len(year)}
    if account.plan.endswith("_tou"):
        return told | {"measured": True, "cases": [_case(what_if.on_the_other_plan(inputs, book), None)]}
    shares = (valley_percent,) if valley_percent is not None else what_if.SHARES
    cases = [_case(what_if.on_the_other_plan(inputs, book, valley_percent=share), share) for share in shares]
    return told | {"measured": False, "cases": cases, "pays_from_percent": what_if.pays_from(inputs, book)}


def _case(compared: what_if.Compared, share: int | None) -> Json:
    return {
        "valley_percent": share,
        "now_fen": fen(compared.now),
        "other_fen": fen(compared.other),
        "saves_fen": fen(compared.saves),
    }


async def day_by_day(session: AsyncSession, account: Account, month: str | None) -> Json:
    """Use of each day of a bill, where the meter tells it, and the day from which it was more.

    Raises:
        BillNotFound.
    """
    (bill,) = await _bills(session, account, month, 1)
    days = await _days(session, account.account_no, bill.period_from, bill.period_to)
    step = daily.step_in(days)
    found = step and {"from": step.on.isoformat(), "before_kwh": f"{step.before}", "after_kwh": f"{step.after}"}
    return {
        "month": bill.month,
        "days": [{"on": day.isoformat(), "kwh": f"{kwh.normalize():f}"} for day, kwh in days],
        "step": found,
    }


async def _days(session: AsyncSession, account_no: str, begins: date, ends: date) -> list[tuple[date, Decimal]]:
    query = sa.select(DailyUse.on_day, DailyUse.kwh).where(
        DailyUse.account_no == account_no, DailyUse.on_day >= begins, DailyUse.on_day < ends
    )
    return [(day, kwh) for day, kwh in (await session.execute(query.order_by(DailyUse.on_day))).all()]


async def drawn(session: AsyncSession, account: Account, month: str | None) -> str:
    """The picture of a bill. Raises BillNotFound."""
    year = await _bills(session, account, month, YEAR + 1)
    try:
        told = (await bills.explanation(session, account, year[0].month))["text"]
    except NothingToCompare:
        told = ""
    columns = [Column(one.month, one.bill_amount_fen, one.energy_kwh) for one in reversed(year)]
    place = ladder.place(bills.computed(year[0]), service_book())
    return picture.draw(accounts.last4(account.account_no), columns, place, told)
