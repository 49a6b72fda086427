"""Places without an outage of the sample's, and many households reporting from one of them."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kernel import clock

work_until = importlib.import_module("tests.backends.ticketing.working").work_until

_areas = itertools.count(1)
_phones = itertools.count(13800500000)


@pytest.fixture
def area() -> str:
    """A transformer area nobody else uses; its community has the same name."""
    return f"TA-TEST-{next(_areas):04d}"


@pytest.fixture
def report(post: Callable[..., httpx.Response], area: str) -> Callable[..., dict[str, Any]]:
    """File a report of no power from one more household of the area; gives the customer's view and its phone."""

    def file(**fields: Any) -> dict[str, Any]:
        phone = str(next(_phones))
        body = {
            "order_type": "fault_report",
            "transformer_area": area,
            "community": f"{area}村",
            "address": f"{area}村{phone[-4:]}号",
            "area_kind": "urban",
            "contact_phone": phone,
            **fields,
        }
        answer = post("/v1/work-orders", body)
        assert answer.status_code == 201, answer.text
        return answer.json() | {"phone": phone}

    return file


@pytest.fixture
def see(http: httpx.Client) -> Callable[[str], dict[str, Any]]:
    """What staff see of an order or an outage."""

    def read(number: str) -> dict[str, Any]:
        kind = "outages" if number.startswith("TD") else "work-orders"
        answer = http.get(f"/v1/{kind}/{number}", headers={"X-View": "staff"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return read


@pytest.fixture
def move(post: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    """One event of an outage (TD…) or an order; expected to be taken unless `ok` is False."""

    def act(number: str, event: str, role: str = "crew", *, ok: bool = True, **fields: Any) -> httpx.Response:
        kind = "outages" if number.startswith("TD") else "work-orders"
        answer = post(f"/v1/{kind}/{number}/events", {"event": event, "role": role, "actor": "A1", **fields})
        assert not ok or answer.status_code == 200, answer.text
        return answer

    return act


@pytest.fixture
def work(served: Any) -> Callable[..., None]:
    """Do what is due this long after the held moment."""

    def until(**span: float) -> None:
        work_until(served.database_url, clock.now() + timedelta(**span))

    return until


@pytest.fixture
def staff(http: httpx.Client) -> Callable[..., list[dict[str, Any]]]:
    """The items of a list as staff see it."""

    def read(path: str, **params: Any) -> list[dict[str, Any]]:
        answer = http.get(path, params=params, headers={"X-View": "staff"})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    return read
