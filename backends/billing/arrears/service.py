"""Cases of arrears: opened when a bill is late, moved step by step, closed by payment, power back within its day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account, Meter
from backends.billing.arrears import machine, words
from backends.billing.arrears.errors import CaseNotFound, StepRefused
from backends.billing.arrears.machine import Facts
from backends.billing.arrears.models import Case, Reconnection, Reminder, Step
from backends.billing.arrears.switching import switch
from backends.billing.bills import notes
from backends.billing.bills import service as bills
from backends.billing.bills.models import IssuedBill
from backends.billing.payments.models import PayLink, Payment
from kernel import clock, ids
from kernel.dates_zh import text_date
from kernel.errors import Unavailable
from kernel.money import format_yuan
from kit import jobs, logging

log = logging.get("billing.arrears")
REMINDERS = (-3, 1, 10, 20, 31)
RECONNECT_WITHIN = timedelta(hours=24)
CRITICAL = "重要客户"


async def remind(session: AsyncSession, today: date, *, after: str, limit: int) -> list[str]:
    """Remind of bills whose day it is, open cases of what is late; a page of accounts.

    Returns:
        The accounts looked at, so that the caller goes on after the last; a second call of the day reminds nobody.
    """
    query = (
        sa.select(IssuedBill.account_no)
        .where(IssuedBill.paid_fen < IssuedBill.payable_fen, sa.not_(IssuedBill.cancelled))
        .where(IssuedBill.due_date <= today + timedelta(days=3), IssuedBill.account_no > after)
        .distinct()
        .order_by(IssuedBill.account_no)
        .limit(limit)
    )
    numbers = list((await session.scalars(query)).all())
    for number in numbers:
        await _remind_one(session, number, today)
    return numbers


async def _remind_one(session: AsyncSession, account_no: str, today: date) -> None:
    account = await session.get(Account, account_no, with_for_update=True)
    if account is None or account.balance_fen is not None:
        return
    query = sa.select(IssuedBill).where(
        IssuedBill.account_no == account_no, IssuedBill.paid_fen < IssuedBill.payable_fen, sa.not_(IssuedBill.cancelled)
    )
    unpaid = (await session.scalars(query.order_by(IssuedBill.month))).all()
    due = await bills.due(session, account)
    for bill in unpaid:
        days = (today - bill.due_date).days
        passed = [day for day in REMINDERS if day <= days]
        if passed and not bill.is_fee_frozen:
            await _send_reminder(session, account, bill, passed[-1], due["total_fen"])
    late = [bill for bill in unpaid if today > bill.due_date]
    if late:
        await _open_case(session, account, late[0])


async def _send_reminder(session: AsyncSession, account: Account, bill: IssuedBill, days: int, owes_fen: int) -> None:
    row = {"bill_no": bill.bill_no, "days": days, "at": clock.now()}
    taken = insert(Reminder).values(row).on_conflict_do_nothing().returning(Reminder.days)
    if (await session.execute(taken)).first() is None or not account.contact_phone or owes_fen <= 0:
        return
    text = words.reminder(account.account_no, days, owes_fen, text_date(bill.due_date))
    notes.queue(session, account.contact_phone, text, purpose="reminder")


async def _open_case(session: AsyncSession, account: Account, oldest: IssuedBill) -> Case:
    open_case = await of_account(session, account.account_no)
    if open_case is not None:
        return open_case
    case = Case(
        case_no=ids.new_id("cf"), account_no=account.account_no, due_date=oldest.due_date, stage="reminded",
        opened_at=clock.now(),
    )  # fmt: skip
    session.add(case)
    await session.flush()
    await _note(session, case, "opened", "system", {"bill_no": oldest.bill_no})
    return case


async def of_account(session: AsyncSession, account_no: str, *, lock: bool = False) -> Case | None:
    """The open case of an account."""
    query = sa.select(Case).where(Case.account_no == account_no, Case.closed_at.is_(None))
    return (await session.scalars(query.with_for_update() if lock else query)).first()


async def get(session: AsyncSession, case_no: str) -> Case:
    """Locked, its account too. Raises CaseNotFound."""
    case = await session.get(Case, case_no)
    if case is None:
        raise CaseNotFound(case_no)
    await session.get(Account, case.account_no, with_for_update=True)
    await session.refresh(case, with_for_update=True)
    return case


async def steps(session: AsyncSession, case_no: str) -> list[Step]:
    return list((await session.scalars(sa.select(Step).where(Step.case_no == case_no).order_by(Step.id))).all())


async def do(session: AsyncSession, case: Case, step: str, *, actor: str, data: dict[str, Any]) -> Case:
    """One step of a locked case. Raises StepRefused."""
    account = await session.get(Account, case.account_no)
    assert account is not None
    facts = await _facts(session, case, account, data)
    problem = machine.refusal(facts, step)
    if problem:
        raise StepRefused(problem)
    case.stage = machine.BY_STEP[step].to or case.stage
    if step == "approve":
        case.approved_by = actor
    if step == "notice":
        case.stop_at = data["stop_at"]
    await _note(session, case, step, actor, _plain(data))
    await _tell(session, account, case, step, facts.owes_fen)
    if step == "stop":
        await _switch_off(session, account, case)
    return case


async def _facts(session: AsyncSession, case: Case, account: Account, data: dict[str, Any]) -> Facts:
    now = clock.now()
    frozen = sa.select(sa.func.count()).where(IssuedBill.account_no == account.account_no, IssuedBill.is_fee_frozen)
    past = await steps(session, case.case_no)
    since = max((index for index, one in enumerate(past) if one.step == "list"), default=0)
    return Facts(
        now=now,
        stage=case.stage,
        overdue_days=(now.astimezone(clock.TZ).date() - case.due_date).days,
        owes_fen=(await bills.due(session, account))["total_fen"],
        has_dispute=bool(await session.scalar(frozen)),
        has_life_support=account.has_life_support,
        is_critical=account.user_kind == CRITICAL,
        stop_at=case.stop_at.astimezone(clock.TZ) if case.stop_at else None,
        done=frozenset({"report": "reported"}.get(one.step, one.step) for one in past[since:]),
        data=data,
    )


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in data.items()}


async def _note(session: AsyncSession, case: Case, step: str, actor: str, data: dict[str, Any]) -> None:
    session.add(Step(case_no=case.case_no, step=step, stage=case.stage, actor=actor, data=data, at=clock.now()))
    await session.flush()


async def _tell(session: AsyncSession, account: Account, case: Case, step: str, owes_fen: int) -> None:
    if not account.contact_phone or case.stop_at is None:
        return
    text = {"notice": words.notice, "warn": words.warning}.get(step)
    if text:
        said = text(account.account_no, owes_fen, case.stop_at)
        notes.queue(session, account.contact_phone, said, purpose=f"arrears_{step}")


async def _switch_off(session: AsyncSession, account: Account, case: Case) -> None:
    account.status = "stopped"
    for meter_no in await _meters(session, account.account_no):
        try:
            await switch().open(meter_no)
        except Unavailable as err:
            await _note(session, case, "switch_failed", "system", {"meter_no": meter_no, "code": err.code})


async def _meters(session: AsyncSession, account_no: str) -> list[str]:
    query = sa.select(Meter.meter_no).where(
        Meter.account_no == account_no, Meter.removed_on.is_(None), Meter.point_kind != "export"
    )
    return list((await session.scalars(query)).all())


async def on_payment(session: AsyncSession, payment: Payment, account: Account) -> None:
    """Paid up before the stop: the case is closed. After it, and for a 智能交费 balance above zero: power back."""
    due = (await bills.due(session, account))["total_fen"]
    if due > 0:
        return
    case = await of_account(session, account.account_no, lock=True)
    if account.status == "stopped":
        await _order_reconnection(session, account, payment, case)
    if case is not None and case.stage not in ("stopped", "reconnecting"):
        case.stage, case.closed_at = "closed", clock.now()
        await _note(session, case, "paid", "system", {"payment_no": payment.payment_no})


async def _order_reconnection(session: AsyncSession, account: Account, payment: Payment, case: Case | None) -> None:
    link = await session.get(PayLink, payment.link_id) if payment.link_id else None
    now = clock.now()
    order = Reconnection(
        order_no=ids.new_id("fd"), account_no=account.account_no, payment_no=payment.payment_no,
        conversation_id=link.conversation_id if link else None, ordered_at=now, due_by=now + RECONNECT_WITHIN,
    )  # fmt: skip
    session.add(order)
    await session.flush()
    if case is not None:
        case.stage = "reconnecting"
        await _note(session, case, "paid", "system", {"payment_no": payment.payment_no, "reconnect_no": order.order_no})
    if account.contact_phone:
        notes.queue(session, account.contact_phone, words.reconnecting(account.account_no), purpose="reconnect")
    await jobs.defer(session, "billing.reconnect", {"order_no": order.order_no})


async def reconnect(session: AsyncSession, order_no: str) -> bool:
    """Close the switches of an order; twice is once. False when a meter does not answer: a crew has to go."""
    order = await session.get(Reconnection, order_no, with_for_update=True)
    if order is None or order.done_at is not None:
        return True
    try:
        for meter_no in await _meters(session, order.account_no):
            await switch().close(meter_no)
    except Unavailable as err:
        order.problem = err.code
        log.warning("remote switch failed", order_no=order_no, code=err.code)
        return False
    await _is_back(session, order)
    return True


async def by_crew(session: AsyncSession, order_no: str, *, actor: str) -> Reconnection:
    """A crew switched it on by hand. Raises CaseNotFound."""
    order = await session.get(Reconnection, order_no, with_for_update=True)
    if order is None:
        raise CaseNotFound(order_no)
    if order.done_at is None:
        await _is_back(session, order, actor=actor)
    return order


async def _is_back(session: AsyncSession, order: Reconnection, *, actor: str = "system") -> None:
    order.done_at = clock.now()
    account = await session.get(Account, order.account_no, with_for_update=True)
    assert account is not None
    account.status = "active"
    case = await of_account(session, order.account_no, lock=True)
    if case is not None:
        case.stage, case.closed_at = "closed", clock.now()
        await _note(session, case, "reconnected", actor, {"reconnect_no": order.order_no})
    if order.conversation_id:
        text = words.reconnected(order.account_no)
        args = {"conversation_id": order.conversation_id, "key": f"reconnected:{order.order_no}", "text": text}
        await jobs.defer(session, "conversations.announce", args)


async def totals(session: AsyncSession, today: date) -> list[dict[str, Any]]:
    """What is owed by how long it is late: accounts and principal."""
    days = sa.literal(today) - IssuedBill.due_date
    steps_ = ((days <= 0, "未到期"), (days <= 30, "1～30 天"), (days <= 60, "31～60 天"), (days <= 90, "61～90 天"))
    age = sa.case(*steps_, else_="90 天以上").label("age")
    query = (
        sa.select(
            age,
            sa.func.count(sa.distinct(IssuedBill.account_no)),
            sa.func.sum(IssuedBill.payable_fen - IssuedBill.paid_fen),
        )
        .where(IssuedBill.paid_fen < IssuedBill.payable_fen, sa.not_(IssuedBill.cancelled))
        .group_by(age)
    )
    found = {label: (count, int(total)) for label, count, total in (await session.execute(query)).all()}
    labels = [label for _, label in steps_] + ["90 天以上"]
    return [
        {
            "age": label,
            "accounts": found.get(label, (0, 0))[0],
            "amount_fen": found.get(label, (0, 0))[1],
            "amount": format_yuan(found.get(label, (0, 0))[1]),
        }
        for label in labels
    ]
