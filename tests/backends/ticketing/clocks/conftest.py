"""A world of its own: what clocks do, they do to every order there is."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import httpx
import pytest

import backends.ticketing.tasks  # noqa: F401  (what clocks do is followed by every room)
from backends.ticketing.clocks import firing
from kernel import clock
from kit.db import Database

_serving = importlib.import_module("tests.backends.ticketing.serving")


@pytest.fixture
def see(http: httpx.Client) -> Callable[[str], dict[str, Any]]:
    """What staff see of an order."""

    def read(number: str) -> dict[str, Any]:
        answer = http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return read


@pytest.fixture
def clock_of(see: Callable[[str], dict[str, Any]]) -> Callable[[str, str], dict[str, Any]]:
    """The newest clock of that kind of an order, as staff see it."""

    def read(number: str, kind: str) -> dict[str, Any]:
        return next(c for c in reversed(see(number)["clocks"]) if c["kind"] == kind)

    return read


@pytest.fixture
def move(post: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    """One event; fails the test when it is refused."""

    def act(number: str, event: str, role: str = "crew", *, ok: bool = True, **fields: Any) -> httpx.Response:
        answer = post(f"/v1/work-orders/{number}/events", {"event": event, "role": role, "actor": "A1032", **fields})
        assert not ok or answer.status_code == 200, answer.text
        return answer

    return act


@pytest.fixture
def look(served: Any) -> Iterator[Callable[[str, datetime], bool]]:
    """What a worker does about one order at that moment; the orders of other tests are left alone."""

    def at(order_no: str, moment: datetime) -> bool:
        with clock.hold(moment), ThreadPoolExecutor(1) as aside:
            return aside.submit(lambda: asyncio.run(_fire(served.database_url, order_no))).result()

    yield at


async def _fire(database_url: str, order_no: str) -> bool:
    database = Database(database_url)
    try:
        async with database.transaction() as session:
            return await firing.fire(session, order_no)
    finally:
        await database.close()
