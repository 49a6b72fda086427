"""Rules, and what a new figure means for them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.alerts.models import Alerted, AlertRule
from backends.billing.bills import notes
from backends.billing.explanations.models import DailyUse
from backends.billing.prepaid import service as prepaid
from kernel import account_no as accounts
from kernel import clock
from kernel.dates_zh import text_date
from kernel.money import format_yuan

UNUSUAL = Decimal(2)  # a day of twice the mean of four weeks, and at least five kWh more, is told unasked
FOUR_WEEKS, LEAST_KWH = 28, 5
LOW_1_FEN, LOW_2_FEN = 3000, 1000  # domain/billing.md 3.5


async def put(session: AsyncSession, account_no: str, kind: str, limit: int) -> AlertRule:
    row = {"account_no": account_no, "kind": kind, "limit": limit, "set_at": clock.now()}
    changed = {"limit_value": limit, "set_at": clock.now()}
    statement = insert(AlertRule).values(row).on_conflict_do_update(index_elements=["account_no", "kind"], set_=changed)
    await session.execute(statement)
    found = await session.get(AlertRule, (account_no, kind), populate_existing=True)
    assert found is not None
    return found


async def remove(session: AsyncSession, account_no: str, kind: str) -> None:
    await session.execute(sa.delete(AlertRule).where(AlertRule.account_no == account_no, AlertRule.kind == kind))


async def of_account(session: AsyncSession, account_no: str) -> list[AlertRule]:
    query = sa.select(AlertRule).where(AlertRule.account_no == account_no).order_by(AlertRule.kind)
    return list((await session.scalars(query)).all())


async def day_came_in(session: AsyncSession, account: Account, on_day: date, kwh: Decimal) -> list[str]:
    """A day's use is known: keep it and tell whoever wants to hear. Gives the kinds that were told."""
    row = {"account_no": account.account_no, "on_day": on_day, "kwh": kwh}
    kept = insert(DailyUse).values(row)
    await session.execute(kept.on_conflict_do_update(index_elements=["account_no", "on_day"], set_={"kwh": kwh}))
    rules = {rule.kind: rule.limit for rule in await of_account(session, account.account_no)}
    told = []
    tail, day = accounts.last4(account.account_no), text_date(on_day)
    if "daily_kwh" in rules and kwh > rules["daily_kwh"]:
        text = f"【江城供电】户号尾号{tail}{day}用电{kwh:f}度，超过您定的{rules['daily_kwh']}度。"
        told += await _tell(session, account, "daily_kwh", on_day, text)
    elif "daily_report" in rules:
        text = f"【江城供电】户号尾号{tail}{day}用电{kwh:f}度。"
        told += await _tell(session, account, "daily_report", on_day, text)
    if account.balance_fen is not None:
        await prepaid.take_day(session, account, on_day)
        told += await balance_came_in(session, account)
    if await _is_unusual(session, account.account_no, on_day, kwh):
        text = (
            f"【江城供电】户号尾号{tail}{day}用电{kwh:f}度，比平常多一倍以上。可看看有没有忘关的电器；"
            "不放心可关总开关看电表走不走，或回电95598。"
        )
        told += await _tell(session, account, "unusual", on_day, text)
    return told


async def _is_unusual(session: AsyncSession, account_no: str, on_day: date, kwh: Decimal) -> bool:
    since = on_day - timedelta(days=FOUR_WEEKS)
    query = sa.select(sa.func.avg(DailyUse.kwh), sa.func.count()).where(
        DailyUse.account_no == account_no, DailyUse.on_day >= since, DailyUse.on_day < on_day
    )
    mean, count = (await session.execute(query)).one()
    return count >= 14 and kwh > mean * UNUSUAL and kwh - mean >= LEAST_KWH


async def balance_came_in(session: AsyncSession, account: Account) -> list[str]:
    """A 智能交费 balance is known: told below thirty and ten yuan, or below what the customer set."""
    if account.balance_fen is None:
        return []
    rules = {rule.kind: rule.limit for rule in await of_account(session, account.account_no)}
    limits = [rules.get("balance_fen", LOW_1_FEN), LOW_2_FEN]
    below = [limit for limit in limits if account.balance_fen < limit]
    if not below:
        return []
    tail, left = accounts.last4(account.account_no), format_yuan(account.balance_fen)
    text = f"【江城供电】户号尾号{tail}余额{left}元，低于{format_yuan(below[-1])}元，请及时充值，以免影响用电。"
    if account.balance_fen <= 0:
        text = (
            f"【江城供电】户号尾号{tail}余额已用完（{left}元）。先不停电，请三天内充值；有困难请回电95598，可以商量。"
        )
    return await _tell(session, account, f"balance_{below[-1]}", clock.today(), text)


async def _tell(session: AsyncSession, account: Account, kind: str, on_day: date, text: str) -> list[str]:
    taken = insert(Alerted).values(account_no=account.account_no, kind=kind, on_day=on_day).on_conflict_do_nothing()
    if (await session.execute(taken.returning(Alerted.kind))).first() is None or not account.contact_phone:
        return []
    notes.queue(session, account.contact_phone, text, purpose="alert")
    return [kind]
