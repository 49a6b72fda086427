"""A month is billed: everybody once, the killed part again, what looks wrong held, the books in balance."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest

from backends.billing.bills.running import runs
from backends.sample.load import load_billing
from kernel import clock
from kit import local, migrate

support = importlib.import_module("tests.support.billing")
THIRD = datetime(2026, 12, 3, 6, 0, tzinfo=clock.TZ)
_READ = """INSERT INTO billing.readings (meter_no, register, read_on, value, kind)
    SELECT r.meter_no, r.register, '2026-12-01',
        mod(r.value + CASE WHEN a.account_no = %s THEN 90000 ELSE 97 END, 100000), 'actual'
    FROM billing.readings r JOIN billing.meters m USING (meter_no) JOIN billing.accounts a USING (account_no)
    WHERE r.read_on = '2026-11-01' AND a.account_no <> ALL(%s)"""
ALL_BILLS = "SELECT md5(string_agg(bill_no || lines::text, '' ORDER BY bill_no)) FROM billing.bills"
WRONG, UNREAD = "3100102346", ["3100103120", "3100204589"]


@pytest.fixture(scope="module")
def utility(postgres_home: Any, worker_id: str) -> str:
    """The sample utility with its meters read on the first of December, but for two; one is far too high."""
    url = local.create_database(postgres_home, f"billing_runs_{worker_id}")
    migrate.up(url, "billing")
    load_billing(url, as_of=support.STANDS_AT.date())
    with runs.connect(url) as link:
        link.execute(_READ, (WRONG, UNREAD))
        link.execute("UPDATE billing.accounts SET credit_balance_fen = 5000 WHERE account_no = '3100205172'")
        link.execute(
            """WITH m AS (INSERT INTO billing.movements (kind, ref, account_no, memo, at)
                VALUES ('payment', 'test', '3100205172', '', now()) RETURNING movement_id)
            INSERT INTO billing.postings SELECT movement_id, book, no, fen FROM m,
                (VALUES ('cash', NULL, 5000), ('credit', '3100205172', -5000)) AS l(book, no, fen)"""
        )
    return url


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.hold(THIRD):
        yield


@pytest.fixture(scope="module")
def billed(utility: str) -> str:
    """November of everybody, with a run that was killed after its first chunk."""
    with clock.hold(THIRD):
        run_id = runs.start(utility, "2026-11", started_by="H3001")
        with runs.connect(utility) as link:
            assert runs.do_chunk(link, run_id)
        with pytest.raises(RuntimeError), runs.connect(utility) as link, link.transaction():
            _take_and_die(link, run_id)
        assert runs.start(utility, "2026-11", started_by="H3001") == run_id
        runs.do_all(utility, run_id)
        assert runs.finish(utility, run_id)
    return run_id


def _take_and_die(link: psycopg.Connection[Any], run_id: str) -> None:
    runs.do_chunk(link, run_id)  # inside the caller's transaction: nothing of it stands when this raises
    raise RuntimeError("killed")


@pytest.fixture
def ask(utility: str, billed: str) -> Callable[..., Any]:
    def one(statement: str, *values: Any) -> Any:
        with runs.connect(utility) as link:
            return link.execute(statement, values).fetchone()

    return one


@pytest.mark.row("S31")
def test_every_account_has_its_bill_once_or_is_held_for_a_person(ask, utility, billed):
    with runs.connect(utility) as link:
        progress = runs.progress(link, billed)
    assert progress["chunks"] == progress["chunks_done"] > 1
    assert progress["billed"] + progress["held"] == progress["accounts"]
    assert ask("SELECT count(*), count(DISTINCT account_no) FROM billing.bills WHERE month = '2026-11'") == (
        progress["billed"], progress["billed"],
    )  # fmt: skip


def test_a_reading_far_too_high_is_not_billed(ask):
    assert ask("SELECT code FROM billing.held_bills WHERE account_no = %s", WRONG) == ("reading_needs_review",)
    assert ask("SELECT count(*) FROM billing.bills WHERE account_no = %s AND month = '2026-11'", WRONG) == (0,)


def test_a_meter_that_was_not_read_is_estimated_from_three_months(ask):
    row = ask(
        "SELECT is_estimated, energy_kwh FROM billing.bills WHERE account_no = '3100103120' AND month = '2026-11'"
    )
    three = ask(
        """SELECT sum(energy_kwh), sum(period_to - period_from) FROM (SELECT * FROM billing.bills
        WHERE account_no = '3100103120' AND month < '2026-11' AND NOT is_estimated
        ORDER BY month DESC LIMIT 3) AS last"""
    )
    assert row == (True, round(three[0] * 30 / three[1]))
    kept = ask(
        """SELECT r.kind FROM billing.readings r JOIN billing.meters m USING (meter_no)
        WHERE m.account_no = '3100103120' AND r.read_on = '2026-12-01'"""
    )
    assert kept == ("estimated",)


def test_what_stood_in_the_balance_pays_first(ask):
    bill = ask("SELECT payable_fen, paid_fen FROM billing.bills WHERE account_no = '3100205172' AND month = '2026-11'")
    left = ask("SELECT credit_balance_fen FROM billing.accounts WHERE account_no = '3100205172'")
    assert bill[1] == min(5000, bill[0])
    assert left[0] == 5000 - bill[1]


def test_prepaid_homes_pay_from_their_balance(ask):
    assert ask(
        """SELECT count(*) FROM billing.bills b JOIN billing.accounts a USING (account_no)
        WHERE a.balance_fen IS NOT NULL AND b.month = '2026-11' AND b.paid_fen <> b.payable_fen"""
    ) == (0,)


def test_the_books_balance_and_agree_with_every_account(ask):
    assert ask("SELECT sum(amount_fen) FROM billing.postings") == (0,)
    assert ask(
        """SELECT count(*) FROM billing.accounts a
        LEFT JOIN (SELECT account_no, sum(payable_fen - paid_fen) AS open FROM billing.bills GROUP BY 1) b
            USING (account_no)
        LEFT JOIN (SELECT account_no, sum(amount_fen) FILTER (WHERE book = 'receivable') AS receivable,
            sum(amount_fen) FILTER (WHERE book = 'credit') AS credit,
            sum(amount_fen) FILTER (WHERE book = 'prepaid') AS prepaid FROM billing.postings GROUP BY 1) p
            USING (account_no)
        WHERE coalesce(b.open, 0) <> coalesce(p.receivable, 0) OR a.credit_balance_fen <> -coalesce(p.credit, 0)
           OR coalesce(a.balance_fen, 0) <> -coalesce(p.prepaid, 0)"""
    ) == (0,)


def test_run_again_nothing_changes_but_what_was_held(ask, utility, billed):
    before = ask(ALL_BILLS)
    again = runs.start(utility, "2026-11", started_by="H3002")
    runs.do_all(utility, again)
    assert again == billed
    after = ask(ALL_BILLS)
    assert after == before


def test_a_month_that_is_not_over_is_not_billed(utility):
    with pytest.raises(runs.NotOverYet):
        runs.start(utility, "2026-12", started_by="H3001")
