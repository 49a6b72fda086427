"""A billing service under the held clock, on a sample of its own, with its worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

import backends.billing.tasks  # noqa: F401  (registers the jobs)
from backends.billing.app import make_app
from backends.sample.load import load_billing
from kernel import clock, ids
from kit import local, migrate
from kit.settings import Settings

billing = importlib.import_module("tests.support.billing")
threads = importlib.import_module("tests.support.serving")
working = importlib.import_module("tests.support.working")
OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}
SOMEBODY = """SELECT a.account_no FROM billing.accounts a JOIN billing.bills b USING (account_no)
    WHERE a.pay_mode = 'postpaid' AND a.status = 'active' AND a.category = 'residential' AND NOT a.has_life_support
      AND a.contact_phone IS NOT NULL AND a.user_kind IS NULL
      AND NOT a.account_no = ANY(%s)
    GROUP BY 1 HAVING sum((b.paid_fen < b.payable_fen)::int) = 1
       AND bool_or(b.month = '2026-10' AND b.paid_fen = 0 AND b.payable_fen > 3000) ORDER BY 1 LIMIT 1"""

# A round goes over everybody who owes: a street is enough of a city.
FEW = """DELETE FROM billing.accounts WHERE account_no NOT IN (
    SELECT account_no FROM billing.accounts WHERE pay_mode = 'prepaid' OR category = 'residential'
    ORDER BY account_no LIMIT 160)"""


@dataclass
class House:
    url: str
    base: str
    taken: list[str] = field(default_factory=list)

    def ask(self, statement: str, *values: Any) -> Any:
        with psycopg.connect(self.url.replace("postgresql+psycopg://", "postgresql://", 1)) as link:
            return link.execute(statement, values).fetchone()

    def work(self, moment: datetime) -> None:
        """What the worker does at that moment."""
        working.work_until(self.url, moment, room="billing")


@pytest.fixture(scope="session")
def house(postgres_home: Any, worker_id: str) -> Iterator[House]:
    url = local.create_database(postgres_home, f"billing_arrears_{worker_id}")
    migrate.up(url, "jobs", "billing")
    load_billing(url, as_of=billing.STANDS_AT.date())
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as link:
        link.execute(FEW)
    config = Settings(environment="test", database={"url": url, "pool_size": 4})
    with threads.serving(make_app(config)) as base:
        yield House(url, base)


@pytest.fixture
def call(house: House) -> Iterator[Callable[..., httpx.Response]]:
    token = Settings(environment="test").service.token.get_secret_value()
    with httpx.Client(
        base_url=f"{house.base}/v1", headers={"Authorization": f"Bearer {token}"}, timeout=20, trust_env=False
    ) as client:

        def send(method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
            sent = {"Idempotency-Key": ids.new_id("k"), **OFFICE, **headers}
            return client.request(method, path, json=body, headers=sent)

        yield send


@pytest.fixture
def debtor(house: House) -> str:
    """A home that owes October, due on the 25th of November; every test has another."""
    found = str(house.ask(SOMEBODY, house.taken)[0])
    house.taken.append(found)
    return found


@pytest.fixture
def days_late() -> Callable[[int], Any]:
    """The clock so many days after the due date, ten in the morning."""

    @contextmanager
    def hold(days: int, *, hour: int = 10, minute: int = 0) -> Iterator[datetime]:
        at = datetime(2026, 11, 25, hour, minute, tzinfo=clock.TZ) + timedelta(days=days)
        with clock.hold(at):
            yield at

    return hold


@pytest.fixture
def round_of(house: House, call: Callable[..., httpx.Response]) -> Callable[[datetime], None]:
    """The day's round of reminders."""

    def run(at: datetime) -> None:
        assert call("POST", "/arrears/rounds", {"day": at.date().isoformat()}).status_code == 202
        house.work(at)

    return run


@pytest.fixture
def case_of(call: Callable[..., httpx.Response]) -> Callable[[str], dict[str, Any]]:
    return lambda account: call("GET", f"/accounts/{account}/arrears").json()["cases"][-1]


@pytest.fixture
def step(call: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    def do(case_no: str, name: str, *, actor: str = "C5001", **data: Any) -> httpx.Response:
        return call("POST", f"/arrears/{case_no}/steps", {"step": name, "actor": actor, **data})

    return do
