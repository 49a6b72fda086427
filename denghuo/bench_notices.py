"""`python -m denghuo.bench_notices`: a whole city is told, and the worker that tells it is killed on the way.

A PostgreSQL of its own from the wheels, durable as in production, and real workers as processes of their own. Measured:
the list as the utility gives it, the queueing (approved → every delivery stands), the sending by the recording double
with one `kill -9` in the middle, and what came of it: every household told, none handed over twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg

from backends.ticketing.notices import announcements, drafting, service
from backends.ticketing.notices.schemas import Approval, Household, NewAnnouncement
from denghuo.process import die_with_parent
from kernel import clock
from kit import local, migrate
from kit.db import Database

ROOT = Path(__file__).resolve().parent.parent
NUMBER, PART, BAR_S = 100_000, 10_000, 20.0
MOST_S = 400.0  # the whole sending; then the bench gives up


def phone(number: int) -> str:
    return f"188{number:08d}"


async def give_list(db: Database, number: int) -> str:
    """A draft with that many households on its list; gives its id."""
    async with db.transaction() as session:
        new = NewAnnouncement(kind="safety", message="台风将至，请收好阳台物品，远离断线", actor="bench-author")
        notice_id = (await drafting.draft(session, new)).notice_id
    for start in range(0, number, PART):
        part = [Household(phone=phone(n)) for n in range(start, min(start + PART, number))]
        async with db.transaction() as session:
            notice = await drafting.get(session, notice_id, lock=True)
            await announcements.add_households(session, notice, part)
    return notice_id


async def queue(db: Database, notice_id: str) -> int:
    """Approved and released, as its job does; gives how many deliveries stand."""
    async with db.transaction() as session:
        notice = await drafting.get(session, notice_id, lock=True)
        await announcements.approve(session, notice, Approval(actor="bench-approver"))
    async with db.transaction() as session:
        return await announcements.release(session, notice_id)


async def wake(db: Database) -> None:
    """What the next notice of anybody does: have what is queued sent."""
    async with db.transaction() as session:
        service.wake(session, clock.now())


@contextmanager
def a_worker(database_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on this database, killed at the end of the block at the latest."""
    environ = {**os.environ, "DENGHUO_DATABASE__URL": database_url, "DENGHUO_ENVIRONMENT": "test"}
    process = subprocess.Popen(
        [sys.executable, "-m", "denghuo.worker"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Books:
    """What the double was given and what our own rows say."""

    def __init__(self, database_url: str) -> None:
        self._link = psycopg.connect(database_url.replace("+psycopg", "", 1), autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()

    def _one(self, query: str) -> tuple[Any, ...]:
        row = self._link.execute(query).fetchone()  # type: ignore[arg-type]
        return row or ()

    def handed_over(self) -> int:
        return int(self._one("SELECT count(*) FROM ticketing.recorded_sends")[0])

    def left(self) -> int:
        """Deliveries that are not at their end."""
        return int(
            self._one(
                "SELECT count(*) FROM ticketing.notice_deliveries WHERE state IN ('queued', 'sending', 'unknown')"
            )[0]
        )

    def under_way(self) -> int:
        return int(self._one("SELECT count(*) FROM ticketing.notice_deliveries WHERE state = 'sending'")[0])

    def result(self) -> dict[str, int]:
        sent, twice, told, phones = self._one(
            """SELECT (SELECT count(*) FROM ticketing.notice_deliveries WHERE state = 'sent'),
                      count(*) FILTER (WHERE times > 1), count(*), count(DISTINCT phone)
                 FROM ticketing.recorded_sends"""
        )
        return {"sent": sent, "handed_over": told, "households": phones, "handed_over_twice": twice}


def wait_until(holds: Any, *, most_s: float, every_s: float = 0.05) -> bool:
    """Whether it came to hold within `most_s`."""
    ends = time.monotonic() + most_s
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(every_s)
    return bool(holds())


def send_across_a_kill(database_url: str, *, after: int, most_s: float = MOST_S) -> dict[str, int]:
    """Sent by a worker that is killed once `after` have been handed over, then by another.

    Raises:
        RuntimeError: the first worker never began, or had finished before it could be killed.
    """
    with Books(database_url) as books:
        with a_worker(database_url) as first:
            if not wait_until(lambda: books.handed_over() >= after, most_s=most_s, every_s=0.002):
                raise RuntimeError("the worker handed nothing over")
            first.kill()
            first.wait()
        left_behind, at_the_kill = books.under_way(), books.handed_over()
        if not books.left():
            raise RuntimeError("everything had been sent before the worker was killed")
        in_a_loop(database_url, wake)
        with a_worker(database_url):
            wait_until(lambda: not books.left(), most_s=most_s)
        return {**books.result(), "left_behind": left_behind, "handed_over_at_the_kill": at_the_kill}


def tell_across_a_kill(database_url: str, number: int) -> dict[str, int]:
    """The whole way of so many households, list to last message, on a migrated database."""
    notice_id = in_a_loop(database_url, give_list, number)
    in_a_loop(database_url, queue, notice_id)
    return send_across_a_kill(database_url, after=1)


def in_a_loop(database_url: str, work: Any, *arguments: Any) -> Any:
    async def run() -> Any:
        db = Database(database_url, statement_timeout_s=60)
        try:
            return await work(db, *arguments)
        finally:
            await db.close()

    return asyncio.run(run())


def measure(database_url: str, number: int) -> dict[str, Any]:
    """Seconds and counts on a database that is migrated and empty."""
    started = time.perf_counter()
    notice_id = in_a_loop(database_url, give_list, number)
    listed_s, started = time.perf_counter() - started, time.perf_counter()
    queued = in_a_loop(database_url, queue, notice_id)
    queued_s, started = time.perf_counter() - started, time.perf_counter()
    told = send_across_a_kill(database_url, after=number // 4)
    sent_s = time.perf_counter() - started
    once = told["sent"] == told["households"] == number and not told["handed_over_twice"]
    return {
        "notices": number,
        "list_s": round(listed_s, 2),
        "queued": queued,
        "queue_s": round(queued_s, 2),
        "bar_s": BAR_S,
        "send_s": round(sent_s, 1),
        **told,
        "passes": queued == number and queued_s <= BAR_S and once,
    }


@contextmanager
def own_database(*schemas: str) -> Iterator[str]:
    """A migrated database on a PostgreSQL of the bench's own."""
    with ExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="denghuo-bench-"))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        server = local.start_postgres(home, preexec=die_with_parent(signal.SIGINT))
        stack.callback(server.stop)
        migrate.up(server.url, "jobs", *(schemas or ("ticketing",)))
        yield server.url


def line(result: dict[str, Any]) -> str:
    """One line for people."""
    return (
        f"{result['notices']} notices   list {result['list_s']} s   "
        f"queued in {result['queue_s']} s (wanted ≤ {BAR_S:g})   "
        f"sent in {result['send_s']} s across a kill -9 that left {result['left_behind']} behind   "
        f"households told {result['households']}, twice {result['handed_over_twice']}"
    )


def main(arguments: list[str] | None = None) -> int:
    """0 when the bar holds and everybody was told once, else 1."""
    parser = argparse.ArgumentParser(prog="denghuo bench notices", description=__doc__.split("\n")[0])
    parser.add_argument("--notices", type=int, default=NUMBER, help=f"how many (default {NUMBER})")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    with own_database() as database_url:
        result = measure(database_url, options.notices)
    print(json.dumps(result) if options.json else line(result))
    return 0 if result["passes"] else 1


if __name__ == "__main__":
    sys.exit(main())
