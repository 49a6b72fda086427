"""The database goes away in the middle: callers are told to come again, and nothing is half done."""

from __future__ import annotations

import importlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from denghuo.process import die_with_parent
from kit import local

_serving = importlib.import_module("tests.backends.ticketing.serving")
until = importlib.import_module("tests.support.line").until
CALLERS = 16
TRIES = 200


class Cluster:
    """A PostgreSQL of this test's own that can be stopped and started."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.start()

    def start(self) -> None:
        self.server = local.start_postgres(self.home, durable=True, preexec=die_with_parent(signal.SIGINT))

    def crash(self) -> None:
        """As `pg_ctl stop -m immediate`: every connection breaks, the log is replayed at the next start."""
        self.server.process.send_signal(signal.SIGQUIT)
        self.server.process.wait(local.STOP_S)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    home = Path(tempfile.mkdtemp(prefix="denghuo-restart-"))
    up = Cluster(home)
    yield up
    up.server.stop()
    shutil.rmtree(home, ignore_errors=True)


class Caller:
    """Files one report after another; asks again with the same key whenever it is told to."""

    def __init__(self, number: int, base: httpx.Client) -> None:
        self.number, self.http = number, base
        self.filed: dict[str, str] = {}
        self.turned_away: list[httpx.Response] = []

    def file(self, stop: threading.Event) -> None:
        for turn in range(TRIES):
            if stop.is_set() and turn > 2:
                return
            self.filed_once(f"restart-{self.number}-{turn}", turn)

    def filed_once(self, key: str, turn: int) -> None:
        body = {
            "order_type": "suggestion", "content": f"{self.number}-{turn}",
            "contact_phone": f"1370{self.number:03d}{turn:04d}",
        }  # fmt: skip
        for _ in range(TRIES):
            answer = self.http.post("/v1/work-orders", json=body, headers={"Idempotency-Key": key})
            if answer.status_code == 201:
                self.filed[key] = answer.json()["order_no"]
                return
            self.turned_away.append(answer)
            threading.Event().wait(0.05)
        raise AssertionError(f"{key} was never filed: {self.turned_away[-1].text}")


def test_callers_come_again_and_nothing_is_half_done(cluster: Cluster) -> None:
    with _serving.serving(cluster.server.url) as up, up.client() as http, ThreadPoolExecutor(CALLERS) as pool:
        stop = threading.Event()
        callers = [Caller(number, http) for number in range(CALLERS)]
        running = [pool.submit(caller.file, stop) for caller in callers]
        until(lambda: sum(len(c.filed) for c in callers) >= 3 * CALLERS, within_s=20, what="reports filed")

        cluster.crash()
        until(lambda: any(c.turned_away for c in callers), within_s=20, what="somebody turned away")
        cluster.start()
        stop.set()
        for done in running:
            done.result(30)

        _were_told_to_come_again(callers)
        _nothing_is_half_done(cluster, callers)


def _were_told_to_come_again(callers: list[Caller]) -> None:
    turned_away = [answer for caller in callers for answer in caller.turned_away]
    assert {answer.status_code for answer in turned_away} == {503}
    for answer in turned_away:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"] == "1"
        assert answer.json()["retryable"] is True


def _nothing_is_half_done(cluster: Cluster, callers: list[Caller]) -> None:
    filed: dict[str, Any] = {key: number for caller in callers for key, number in caller.filed.items()}
    url = cluster.server.url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url) as link:
        kept = link.execute(
            "SELECT idempotency_key, order_no FROM ticketing.work_orders WHERE idempotency_key LIKE 'restart-%'"
        ).fetchall()
        orphans = link.execute(
            """SELECT count(*) FROM ticketing.work_orders o WHERE NOT EXISTS (
                SELECT FROM ticketing.order_events e WHERE e.order_no = o.order_no AND e.event = 'register')"""
        ).fetchone()
        answers = link.execute("SELECT count(*) FROM ticketing.idempotency_keys WHERE body IS NULL").fetchone()
    assert dict(kept) == filed
    assert len(kept) == len(filed)
    numbers = sorted(int(number[10:]) for number in filed.values())
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "a number was lost"
    assert (orphans, answers) == ((0,), (0,))
