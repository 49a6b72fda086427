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
REPAIRED = {"cause": "低压熔断器熔断", "repair_note": "更换熔断器"}
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


@pytest.fixture
def move(post: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    """One event; fails the test when it is refused, unless `ok` is False."""

    def act(number: str, event: str, role: str = "crew", *, ok: bool = True, **fields: Any) -> httpx.Response:
        headers = {f"X-{name.title()}": fields.pop(name) for name in ("client",) if name in fields}
        body = {"event": event, "role": role, "actor": "A1032", **fields}
        answer = post(f"/v1/work-orders/{number}/events", body, **headers)
        assert not ok or answer.status_code == 200, answer.text
        return answer

    return act


@pytest.fixture
def staff(http: httpx.Client) -> Callable[[str], dict[str, Any]]:
    def read(number: str) -> dict[str, Any]:
        answer = http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return read


@pytest.fixture
def repair(move: Callable[..., httpx.Response], phone: str) -> Callable[..., None]:
    """The crew's whole way, until the customer says that power is back."""

    def until_yes(number: str, **said: Any) -> None:
        for event in ("accept", "depart", "arrive", "secure"):
            move(number, event)
        move(number, "restore", data=REPAIRED)
        move(number, "ask", "system")
        move(number, "said_yes", "customer", phone_last4=phone[-4:], **({"data": said} if said else {}))

    return until_yes


@pytest.fixture
def sheet(http: httpx.Client, post: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    """Sign a check sheet on which all but `fails` is in order."""
    items = {one["code"]: one for one in http.get("/v1/checklists").json()["items"]}

    def write(
        checklist: str,
        subject: str,
        *,
        fails: tuple[str, ...] = (),
        by: tuple[str, ...] = ("J7001", "J7002"),
        **wrong: Any,
    ) -> httpx.Response:
        results = [{"item": i["code"], "result": "pass"} for i in items[checklist]["items"]]
        for one in results:
            if one["item"] in fails:
                one |= {"result": "fail", "note": f"{one['item']}不合格", "mend_by": "2026-12-01"}
        body = {"checklist": checklist, "subject": subject, "checked_by": list(by), "results": results, **wrong}
        return post("/v1/check-sheets", body, **{"X-View": "staff"})

    return write
