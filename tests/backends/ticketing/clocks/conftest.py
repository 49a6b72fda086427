"""Orders whose clocks are looked at: what a worker does about one order, the orders of other tests left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest

import backends.ticketing.tasks  # noqa: F401  (what clocks do is followed by every room)
from backends.ticketing.clocks import firing
from kernel import clock
from kit.db import Database


@pytest.fixture
def clock_of(staff: Callable[[str], dict[str, Any]]) -> Callable[[str, str], dict[str, Any]]:
    """The newest clock of that kind of an order, as staff see it."""

    def read(number: str, kind: str) -> dict[str, Any]:
        return next(c for c in reversed(staff(number)["clocks"]) if c["kind"] == kind)

    return read


@pytest.fixture
def told(http: httpx.Client) -> Callable[..., list[dict[str, Any]]]:
    """Who had to hear of an order, oldest first."""

    def read(number: str, **wanted: Any) -> list[dict[str, Any]]:
        answer = http.get("/v1/escalations", params={"order_no": number, **wanted}, headers={"X-View": "staff"})
        assert answer.status_code == 200, answer.text
        return list(reversed(answer.json()["items"]))

    return read


@pytest.fixture
def look(served: Any) -> Callable[[str, datetime], bool]:
    """What a worker does about one order at that moment; whether it did anything."""

    def at(order_no: str, moment: datetime) -> bool:
        with clock.hold(moment), ThreadPoolExecutor(1) as aside:
            return aside.submit(lambda: asyncio.run(_fire(served.database_url, order_no))).result()

    return at


async def _fire(database_url: str, order_no: str) -> bool:
    database = Database(database_url)
    try:
        async with database.transaction() as session:
            return await firing.fire(session, order_no)
    finally:
        await database.close()


@pytest.fixture
def file(post: Callable[..., httpx.Response], phone: str) -> Callable[..., str]:
    """File an order of this test's own phone; gives its number."""

    def new(order_type: str, **fields: Any) -> str:
        answer = post("/v1/work-orders", {"order_type": order_type, "contact_phone": phone, **fields})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["order_no"])

    return new
