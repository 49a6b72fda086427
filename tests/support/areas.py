"""Areas of the shared line, one test at a time: reports of one area gather into an outage, as they should, and what a
test leaves there would be a known outage to the next one."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from backends.sample.places import PLACES
from kernel import ids

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.support.line import RunningLine

OPEN = ("registered", "dispatched", "accepted", "merged")  # a customer may still take the report back
_NAMES = {name: place.name for place in PLACES for name in (place.name, *place.aliases)}


def named_in(text: str) -> set[str]:
    """The communities of the sample utility that a text names, whatever it calls them."""
    return {place for name, place in _NAMES.items() if name in text}


@contextmanager
def to_ourselves(line: RunningLine, *communities: str) -> Iterator[None]:
    """Nobody else reports from these meanwhile; what was reported from them is taken back afterwards."""
    if not communities:
        yield
        return
    with ExitStack() as stack:
        for name in sorted(communities):
            stack.enter_context(_locked(line.home.parent / f"area-{name}.lock"))
        ticketing = stack.enter_context(line.ticketing())
        before = set(_open_reports(ticketing, communities))
        try:
            yield
        finally:
            for order_no in set(_open_reports(ticketing, communities)) - before:
                _withdraw(ticketing, order_no)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open_reports(ticketing: httpx.Client, communities: Sequence[str]) -> list[str]:
    found = [order for status in OPEN for order in _reports(ticketing, status)]
    return [o["order_no"] for o in found if o["community"] in communities and o["priority"] > 1]


def _reports(ticketing: httpx.Client, status: str) -> list[dict[str, Any]]:
    wanted: dict[str, str | int] = {"order_type": "fault_report", "status": status, "limit": 100}
    answer = ticketing.get("/v1/work-orders", params=wanted, headers={"X-View": "staff"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None, "more than a page of open reports: something is not taken back"
    return list(answer.json()["items"])


def _withdraw(ticketing: httpx.Client, order_no: str) -> None:
    act = {"event": "withdraw", "role": "customer", "actor": "customer", "reason": "测试结束"}
    headers = {"X-View": "staff", "Idempotency-Key": ids.new_id("t")}
    answer = ticketing.post(f"/v1/work-orders/{order_no}/events", json=act, headers=headers)
    assert answer.status_code in (200, 409), answer.text  # 409: it went on meanwhile
