"""One served ticketing system a worker; every test brings phones and addresses of its own."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from kernel import clock, ids

_serving = importlib.import_module("tests.backends.ticketing.serving")
_phones = itertools.count(13700000000)


@pytest.fixture(scope="session")
def served(postgres_url: str) -> Iterator[Any]:
    with _serving.serving(postgres_url) as up:
        yield up


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.hold(_serving.NOON):
        yield


@pytest.fixture
def http(served: Any) -> Iterator[httpx.Client]:
    with served.client() as client:
        yield client


@pytest.fixture
def phone() -> str:
    """A mobile nobody else uses."""
    return str(next(_phones))


@pytest.fixture
def post(http: httpx.Client) -> Callable[..., httpx.Response]:
    """POST with a fresh key unless one is given."""

    def send(path: str, body: dict[str, Any], *, key: str | None = None, **headers: str) -> httpx.Response:
        return http.post(path, json=body, headers={"Idempotency-Key": key or ids.new_id("k"), **headers})

    return send


@pytest.fixture
def file_fault(post: Callable[..., httpx.Response], phone: str) -> Callable[..., httpx.Response]:
    """File a fault report of this test's own phone."""

    def file(*, key: str | None = None, **fields: Any) -> httpx.Response:
        body = {
            "order_type": "fault_report",
            "address": f"和平新村{int(phone) % 9000 + 1}号楼101",
            "contact_phone": phone,
            "is_neighbour_out": "no",
            "is_breaker_tripped": "yes",  # a household alone: tests of one worker share a clock and an area
            **fields,
        }
        return post("/v1/work-orders", body, key=key)

    return file
