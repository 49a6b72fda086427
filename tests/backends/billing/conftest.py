from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

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
