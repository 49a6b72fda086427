"""Accounts with money to pay, each test its own; a day file's worth of helpers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
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
