from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from backends.sample import customers
from backends.sample.load import load_billing
from kernel import clock, ids
from kit import local, migrate
from kit.auth import identity

billing = importlib.import_module("tests.support.billing")


@pytest.fixture(scope="session")
def billing_database(postgres_home: Any) -> str:
    """A database with the sample utility as of 2026-11-24."""
    url = local.create_database(postgres_home, "billing_tests")
    migrate.up(url, "billing")
    load_billing(url, as_of=billing.STANDS_AT.date())
    return url


@pytest.fixture(scope="session")
def billing_url(billing_database: str) -> Iterator[str]:
    with billing.running(billing_database) as url:
        yield url


@pytest.fixture
def api(billing_url: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {billing.TOKEN}"}
    with httpx.Client(base_url=f"{billing_url}/v1", headers=headers, timeout=10, trust_env=False) as client:
        yield client


@pytest.fixture
def subject() -> str:
    return ids.new_id("c")


def proof_headers(account_no: str, subject: str, *, level: Any = "L2", age_s: float = 0) -> dict[str, str]:
    """A proof made `age_s` ago, as the billing service would have made it."""
    from datetime import timedelta

    with clock.hold(billing.STANDS_AT - timedelta(seconds=age_s)):
        token, _ = identity.issue(billing.SECRET, account_no=account_no, subject=subject, level=level)
    return {"X-Identity-Token": token, "X-Subject": subject}


@pytest.fixture
def proved(subject: str) -> Callable[..., dict[str, str]]:
    def make(account_no: str = "3100102346", **more: Any) -> dict[str, str]:
        return proof_headers(account_no, more.pop("subject", subject), **more)

    return make


@pytest.fixture
def link_to(billing_database: str) -> Callable[..., Any]:
    """One statement on the database, one row back."""

    def ask(statement: str, *values: Any) -> Any:
        with psycopg.connect(billing_database.replace("postgresql+psycopg://", "postgresql://", 1)) as link:
            return link.execute(statement, values).fetchone()

    return ask


@pytest.fixture
def somebody(link_to: Callable[..., Any]) -> Callable[..., str]:
    """An account of the sample that fits a condition and that no dialogue and no other test has touched."""

    def find(condition: str) -> str:
        row = link_to(
            f"""WITH told AS (SELECT account_no, count(*) FILTER (WHERE paid_fen < payable_fen) AS open_bills,
                    min(due_date) FILTER (WHERE paid_fen < payable_fen) AS first_due,
                    (array_agg(payable_fen ORDER BY month) FILTER (WHERE paid_fen < payable_fen))[1] AS open_fen
                FROM billing.bills GROUP BY 1)
            SELECT a.account_no FROM billing.accounts a JOIN told USING (account_no)
            WHERE NOT a.account_no = ANY(%s) AND a.status = 'active' AND {condition}
              AND NOT EXISTS (SELECT 1 FROM billing.payments p WHERE p.account_no = a.account_no)
              AND NOT EXISTS (SELECT 1 FROM billing.pay_links p WHERE p.account_no = a.account_no)
              AND NOT EXISTS (SELECT 1 FROM billing.adjustments p WHERE p.account_no = a.account_no)
              AND NOT EXISTS (SELECT 1 FROM billing.disputes p WHERE p.account_no = a.account_no)
            ORDER BY 1 LIMIT 1""",  # noqa: S608  (conditions are written in the tests)
            [one.account_no for one in customers.fixed()],
        )
        assert row, condition
        return str(row[0])

    return find


@pytest.fixture
def debtor(somebody: Callable[..., str]) -> str:
    """A home that owes one bill that is not late."""
    return somebody(
        """a.pay_mode = 'postpaid' AND a.category = 'residential' AND open_bills = 1 AND first_due > '2026-11-24'
        AND open_fen > 5000"""
    )


@pytest.fixture
def post(api: httpx.Client) -> Callable[..., httpx.Response]:
    def send(path: str, body: Any = None, *, key: str | None = None, **headers: str) -> httpx.Response:
        sent = {"Idempotency-Key": key or ids.new_id("k"), **headers}
        return api.post(path, json=body if body is not None else {}, headers=sent)

    return send
