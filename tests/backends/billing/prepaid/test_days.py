"""A balance that pays day by day, and a month's bill that takes only what the days have not."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backends.billing.accounts.models import Account
from backends.billing.alerts import service as alerts
from backends.billing.bills.running import runs
from backends.sample.load import load_billing
from kernel import clock
from kit import local, migrate
from kit.db import Database

support = importlib.import_module("tests.support.billing")
ONE = """SELECT account_no FROM billing.accounts WHERE balance_fen IS NOT NULL AND plan = 'ladder' AND status = 'active'
    AND NOT low_income AND contact_phone IS NOT NULL ORDER BY 1 LIMIT 1"""


@pytest.fixture(scope="module")
def utility(postgres_home: Any, worker_id: str) -> str:
    url = local.create_database(postgres_home, f"billing_prepaid_{worker_id}")
    migrate.up(url, "jobs", "billing")
    load_billing(url, as_of=support.STANDS_AT.date())
    return url


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.hold(datetime(2026, 12, 3, 6, tzinfo=clock.TZ)):
        yield


async def test_the_days_of_a_month_add_up_to_its_bill_and_low_balances_are_told(utility: str) -> None:
    with runs.connect(utility) as link:
        (account_no,) = link.execute(ONE).fetchone() or ("",)
        link.execute("UPDATE billing.accounts SET balance_fen = 6000 WHERE account_no = %s", (account_no,))
        link.execute(
            """WITH m AS (INSERT INTO billing.movements (kind, ref, account_no, memo, at)
                SELECT 'test', account_no, account_no, '', now() FROM billing.accounts WHERE account_no = %s
                RETURNING movement_id), s AS (SELECT coalesce(sum(amount_fen), 0) AS stands FROM billing.postings
                WHERE account_no = %s AND book = 'prepaid')
            INSERT INTO billing.postings SELECT movement_id, book, no, fen FROM m, s,
                LATERAL (VALUES ('prepaid', %s, -6000 - stands), ('cash', NULL, 6000 + stands)) AS l(book, no, fen)""",
            (account_no, account_no, account_no),
        )
        (meter, last) = link.execute(
            """SELECT r.meter_no, r.value FROM billing.readings r JOIN billing.meters m USING (meter_no)
            WHERE m.account_no = %s AND r.read_on = '2026-11-01'""",
            (account_no,),
        ).fetchone() or ("", 0)
    database, told = Database(utility), []
    for number in range(30):
        async with database.transaction() as session:
            account = await session.get(Account, account_no)
            assert account is not None
            told += await alerts.day_came_in(session, account, date(2026, 11, 1) + timedelta(days=number), 5)
            told += await alerts.day_came_in(session, account, date(2026, 11, 1) + timedelta(days=number), 5)
    await database.close()
    assert "balance_3000" in told
    assert "balance_1000" in told
    with runs.connect(utility) as link:
        (taken, days) = link.execute(
            "SELECT sum(amount_fen), count(*) FROM billing.prepaid_debits WHERE account_no = %s", (account_no,)
        ).fetchone() or (0, 0)
        link.execute(
            "INSERT INTO billing.readings VALUES (%s, 'total', '2026-12-01', mod(%s + 150, 100000), 'actual')",
            (meter, last),
        )
    assert days == 30
    runs.do_all(utility, runs.start(utility, "2026-11", started_by="H3001"))
    with runs.connect(utility) as link:
        bill = link.execute(
            "SELECT payable_fen, paid_fen FROM billing.bills WHERE account_no = %s AND month = '2026-11'", (account_no,)
        ).fetchone()
        balance = link.execute(
            "SELECT balance_fen FROM billing.accounts WHERE account_no = %s", (account_no,)
        ).fetchone()
        books = link.execute(
            "SELECT sum(amount_fen) FROM billing.postings WHERE account_no = %s AND book = 'prepaid'", (account_no,)
        ).fetchone()
    assert bill == (taken, taken)
    assert balance == (6000 - taken,)
    assert books == (taken - 6000,)
