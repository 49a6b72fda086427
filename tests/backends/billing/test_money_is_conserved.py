"""Whatever happens to an account, in whatever order, the books balance and say what the account says."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends.billing.accounts.models import Account
from backends.billing.bills import service as bills
from backends.billing.bills.adjusting import correcting
from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.models import IssuedBill
from backends.billing.bills.running.gathering import Gathered
from backends.billing.bills.running.making import Made
from backends.billing.bills.running.writing import sums
from backends.billing.ledger import posting
from backends.billing.payments import receiving, undoing
from backends.billing.payments.errors import NotEnoughCredit, WrongAmount
from backends.billing.payments.models import Allocation, Payment
from backends.billing.payments.receiving import Money
from backends.billing.tariffs.book import service_book
from kernel import clock
from kit import local, migrate
from kit.db import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=clock.TZ)
TERMS = {"category": "residential", "voltage": "lt1kv", "plan": "ladder"}
MONTHS = [f"2026-{month:02d}" for month in range(1, 11)]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def database(postgres_home: Any, worker_id: str) -> str:
    url = local.create_database(postgres_home, f"billing_money_{worker_id}")
    migrate.up(url, "jobs", "billing")
    return url


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.hold(NOON):
        yield


BILL = st.tuples(st.just("bill"), st.integers(0, 900))
PAY = st.tuples(st.just("pay"), st.integers(1, 60_000))
AGAIN = st.tuples(st.just("again"), st.integers(0, 1))  # the same notification, right or with another sum
MOVE = st.tuples(st.just("move"), st.integers(0, 5))
REFUND = st.tuples(st.just("refund"), st.integers(1, 30_000))
CORRECT = st.tuples(st.just("correct"), st.integers(-60, 60))
HISTORY = st.lists(st.one_of(BILL, PAY, AGAIN, MOVE, REFUND, CORRECT), min_size=1, max_size=14)


class House:
    """Two accounts and what happens to them, inside one transaction that is rolled back."""

    def __init__(self, session: Any) -> None:
        self.session, self.bills, self.payments = session, 0, 0
        number = next(_numbers)
        self.ours, self.other = f"90{number:08d}", f"91{number:08d}"

    async def open(self) -> None:
        for number in (self.ours, self.other):
            self.session.add(
                Account(
                    account_no=number, account_name="x", supply_address="x", community="x", district="x",
                    area_kind="urban", transformer_area="x", supply_mode="低压", relation_kind="直供",
                    large_household=False, low_income=False, ladder_months=12, read_day=1, pay_mode="postpaid",
                    status="active", credit_balance_fen=0, has_life_support=False, **TERMS,
                )
            )  # fmt: skip
        await self.session.flush()

    async def account(self, number: str) -> Account:
        found = await self.session.get(Account, number, populate_existing=True)
        assert found is not None
        return found

    async def bill(self, kwh: int) -> None:
        """As a run writes it: `sums` says what it does to the books."""
        if self.bills >= len(MONTHS):
            return
        month, account = MONTHS[self.bills], await self.account(self.ours)
        begins = date.fromisoformat(f"{month}-01")
        ends = (begins + timedelta(days=32)).replace(day=1)
        inputs = {
            "account": TERMS, "period_from": begins.isoformat(), "period_to": ends.isoformat(), "ytd_kwh_before": 0,
            "readings": [{"meter_no": "M", "register": "total", "start": 0, "end": kwh, "digits": 5}],
        }  # fmt: skip
        made = compute(wire.request(inputs), service_book())
        money = sums(Gathered(account, begins, ends), Made(made, inputs, []))
        number = f"ZD{month.replace('-', '')}{self.ours}01"
        self.session.add(
            IssuedBill(
                bill_no=number, account_no=self.ours, month=month, period_from=begins, period_to=ends,
                energy_kwh=made.total_kwh, bill_amount_fen=made.amount_fen, payable_fen=money.payable_fen,
                paid_fen=money.paid_fen, issued_on=ends, due_date=ends + timedelta(days=24), cancelled=False,
                inputs=inputs, lines=[], adjustment_fen=0,
            )
        )  # fmt: skip
        account.credit_balance_fen += money.new_credit - money.used_credit
        if money.used_credit:
            row = {"payment_no": None, "part": "principal", "amount_fen": money.used_credit, "on_day": NOON.date()}
            self.session.add(Allocation(bill_no=number, **row))
        await posting.post(self.session, "bill", number, money.lines, account_no=self.ours)
        self.bills += 1

    def money(self, amount: int, number: int) -> Money:
        return Money("counter", f"{self.ours}-{number}", "counter", amount, NOON, self.ours)

    async def pay(self, amount: int) -> None:
        self.payments += 1
        await receiving.receive(self.session, self.money(amount, self.payments))

    async def again(self, wrong: int) -> None:
        if not self.payments:
            return
        known = await self.session.scalar(
            sa.select(Payment).where(Payment.provider_ref == f"{self.ours}-{self.payments}")
        )
        try:
            received = await receiving.receive(self.session, self.money(known.amount_fen + wrong, self.payments))
            assert not received.is_new
        except WrongAmount:
            assert wrong

    async def move(self, place: int) -> None:
        query = sa.select(Payment).where(Payment.provider_ref.like(f"{self.ours}-%")).order_by(Payment.payment_no)
        found = (await self.session.scalars(query)).all()
        if found:
            payment = found[place % len(found)]
            to = self.other if payment.account_no == self.ours else self.ours
            right = await self.session.get(Account, to, with_for_update=True)
            try:
                async with self.session.begin_nested():
                    await undoing.move_to(self.session, payment, right, actor="H1")
            except NotEnoughCredit:
                pass

    async def refund(self, amount: int) -> None:
        try:
            asked = await undoing.ask_refund(
                self.session, await self.account(self.ours), amount, reason="x", asked_by="H1", payment_no=None
            )
            await undoing.send_refund(self.session, asked.refund_no, approved_by="H2")
        except NotEnoughCredit:
            pass

    async def correct(self, by: int) -> None:
        if not self.bills:
            return
        bill = await self.session.scalar(
            sa.select(IssuedBill).where(IssuedBill.account_no == self.ours).order_by(IssuedBill.month)
        )
        end = Decimal(max(bill.inputs["readings"][0]["end"] + by, 0))
        await correcting.correct(
            self.session, await self.account(self.ours), bill.month, {("M", "total"): end}, reason="misread",
            approved_by="M1",
        )  # fmt: skip

    async def check(self) -> None:
        await self.session.flush()
        for number in (self.ours, self.other):
            account = await self.account(number)
            books = await posting.balances(self.session, number)
            query = sa.select(sa.func.coalesce(sa.func.sum(IssuedBill.payable_fen - IssuedBill.paid_fen), 0))
            left = await self.session.scalar(query.where(IssuedBill.account_no == number))
            assert books.get("receivable", 0) == left
            assert books.get("credit", 0) == -account.credit_balance_fen
            assert account.credit_balance_fen >= 0
            assert (await bills.due(self.session, account))["total_fen"] >= 0
        assert sum((await posting.balances(self.session)).values()) == 0


async def _live(url: str, history: list[tuple[str, int]]) -> None:
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            house = House(session)
            await house.open()
            for what, amount in history:
                await getattr(house, what)(amount)
                await house.check()
            await session.rollback()
    finally:
        await database.close()


async def _paid(url: str, kwh: list[int], amounts: list[int]) -> tuple[int, int]:
    """What is due and what stands in the balance after these bills and payments."""
    database = Database(url, pool_size=1)
    try:
        async with database.transaction() as session:
            house = House(session)
            await house.open()
            for one in kwh:
                await house.bill(one)
            for one in amounts:
                await house.pay(one)
            account = await house.account(house.ours)
            found = (await bills.due(session, account))["total_fen"], account.credit_balance_fen
            await session.rollback()
    finally:
        await database.close()
    return found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kwh=st.lists(st.integers(1, 900), min_size=1, max_size=4),
    amounts=st.lists(st.integers(1, 40_000), min_size=2, max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_a_days_payments_is_irrelevant(database: str, kwh: Any, amounts: Any, order: Any) -> None:
    shuffled = list(amounts)
    order.shuffle(shuffled)
    assert asyncio.run(_paid(database, kwh, amounts)) == asyncio.run(_paid(database, kwh, shuffled))


@pytest.mark.row("S31")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY)
def test_over_any_history_of_bills_payments_moves_refunds_and_corrections(database: str, history: Any) -> None:
    asyncio.run(_live(database, history))
