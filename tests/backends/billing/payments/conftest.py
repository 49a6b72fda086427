"""Accounts with money to pay, each test its own; a day file's worth of helpers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from backends.billing.payments.providers.port import Told
from backends.billing.payments.providers.sandbox import Sandbox
from kernel import clock, ids
from kit.settings import PaymentSettings

billing = importlib.import_module("tests.support.billing")
OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.hold(billing.STANDS_AT):
        yield


@pytest.fixture
def link_to(billing_database: str) -> Callable[..., Any]:
    """One statement on the database, one row back."""

    def ask(statement: str, *values: Any) -> Any:
        with psycopg.connect(billing_database.replace("postgresql+psycopg://", "postgresql://", 1)) as link:
            return link.execute(statement, values).fetchone()

    return ask


@pytest.fixture
def debtor(link_to: Callable[..., Any], worker_id: str) -> str:
    """A home that owes one bill that is not late, and that no other test takes."""
    row = link_to(
        """SELECT b.account_no FROM billing.bills b JOIN billing.accounts a USING (account_no)
        WHERE a.pay_mode = 'postpaid' AND a.status = 'active' AND a.category = 'residential'
          AND NOT EXISTS (SELECT 1 FROM billing.payments p WHERE p.account_no = b.account_no)
          AND NOT EXISTS (SELECT 1 FROM billing.pay_links p WHERE p.account_no = b.account_no)
          AND a.account_name NOT IN ('王小明') AND b.payable_fen > 5000
        GROUP BY b.account_no HAVING sum((b.paid_fen < b.payable_fen)::int) = 1
          AND bool_or(b.month = '2026-10' AND b.paid_fen = 0) ORDER BY 1 LIMIT 1"""
    )
    return str(row[0])


@pytest.fixture
def post(api: httpx.Client) -> Callable[..., httpx.Response]:
    def send(path: str, body: Any = None, *, key: str | None = None, **headers: str) -> httpx.Response:
        sent = {"Idempotency-Key": key or ids.new_id("k"), **headers}
        return api.post(path, json=body if body is not None else {}, headers=sent)

    return send


@pytest.fixture
def owes(api: httpx.Client) -> Callable[[str], int]:
    return lambda account: int(api.get(f"/accounts/{account}/due").json()["total_fen"])


@pytest.fixture
def pay_link(post: Callable[..., httpx.Response]) -> Callable[..., dict[str, Any]]:
    def make(account: str, **fields: Any) -> dict[str, Any]:
        answer = post(f"/accounts/{account}/pay-links", {"subject": ids.new_id("c"), **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made | {"token": made["url"].rsplit("/", 1)[1]}

    return make


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(PaymentSettings().sandbox_secret.get_secret_value(), "http://127.0.0.1/pay/sandbox")


@pytest.fixture
def notify(api: httpx.Client, sandbox: Sandbox) -> Callable[..., httpx.Response]:
    """A notification as the sandbox sends it; `told` and `headers` may be bent."""

    def send(link: dict[str, Any], *, ref: str, headers: dict[str, str] | None = None, **bent: Any) -> httpx.Response:
        told = {"amount_fen": link["amount_fen"], "paid_at": clock.now(), "is_paid": True, **bent}
        signed, body = sandbox.notification(Told(ref, told.pop("order_ref", link["link_id"]), **told))
        return api.post("/payments/notifications/sandbox", content=body, headers={**signed, **(headers or {})})

    return send
