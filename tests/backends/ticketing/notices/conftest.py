"""Reading what became of notices, and doing the jobs that send them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pytest

from kernel import clock

_working = importlib.import_module("tests.backends.ticketing.working")


@dataclass(frozen=True)
class Told:
    """One delivery of a phone; `text` and `times` as the recording double has them, None when nothing went out."""

    template: str
    kind: str
    state: str
    reason: str | None
    channel: str
    next_at: datetime | None
    delivery_id: str
    text: str | None
    speech: str | None
    times: int | None


_SQL = """SELECT n.template, n.kind, d.state, d.reason, d.channel, d.next_at, d.notice_id || '.' || d.id,
                 r.text, r.speech, r.times
            FROM ticketing.notice_deliveries d JOIN ticketing.notices n USING (notice_id)
            LEFT JOIN ticketing.recorded_sends r ON r.delivery_id = d.notice_id || '.' || d.id
           WHERE d.phone = %(who)s OR d.recipient = %(who)s ORDER BY d.id"""


@pytest.fixture
def told(served: Any) -> Iterator[Callable[[str], list[Told]]]:
    with psycopg.connect(served.database_url.replace("+psycopg", "", 1), autocommit=True) as link:
        yield lambda who: [Told(*row) for row in link.execute(_SQL, {"who": who}).fetchall()]


@pytest.fixture
def work(served: Any) -> Callable[..., None]:
    """Do the jobs of notices that are due now (or at a moment)."""

    def until(moment: datetime | None = None) -> None:
        _working.work_until(served.database_url, moment or clock.now(), room="ticketing.notices.")

    return until


@pytest.fixture
def place(phone: str) -> str:
    """A community of this test's own."""
    return f"试验小区{phone[-6:]}"


@pytest.fixture
def staff(http: Any, post: Callable[..., Any]) -> Callable[..., Any]:
    """POST or GET as staff; the answer must be good unless `ok` is False."""

    def ask(path: str, body: dict[str, Any] | None = None, *, ok: bool = True) -> Any:
        headers = {"X-View": "staff"}
        answer = post(path, body, **headers) if body is not None else http.get(path, headers=headers)
        assert not ok or answer.is_success, answer.text
        return answer.json() if ok else answer

    return ask
