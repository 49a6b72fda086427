"""The worker's part of a test: do every job that is due at a moment of the held clock, and none that is not."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import psycopg

import backends.ticketing.tasks  # noqa: F401  (registers the jobs)
from backends.ticketing.clocks import firing
from kernel import clock
from kit import jobs
from kit.db import Database

ROUNDS = 20  # a job may queue further ones that are due at once

_TAKE = """UPDATE jobs.procrastinate_jobs SET queue_name = 'due', scheduled_at = NULL
            WHERE status = 'todo' AND queue_name = 'default' AND (scheduled_at IS NULL OR scheduled_at <= %s)
              AND task_name LIKE %s"""


def work_until(database_url: str, moment: datetime, *, room: str = "") -> None:
    """Hold the clock at `moment` and do what is due, with what that brings with it; only one room's jobs if named."""
    with clock.hold(moment), ThreadPoolExecutor(1) as aside:  # aside: the caller may be inside a loop of its own
        for _ in range(ROUNDS):
            if not _take(database_url, moment, room):
                return
            aside.submit(lambda: asyncio.run(_work(database_url))).result()
    raise AssertionError("jobs kept bringing new jobs")


def _take(database_url: str, moment: datetime, room: str) -> int:
    plain = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain) as link:
        return link.execute(_TAKE, [clock.to_wall(moment), f"{room}%"]).rowcount


async def _work(database_url: str) -> None:
    app = jobs.make_app(database_url)
    async with app.open_async(), jobs.working_on(database_url):
        await app.run_worker_async(queues=["due"], wait=False, install_signal_handlers=False)


def look_at_clocks(database_url: str, order_no: str, moment: datetime) -> bool:
    """What a worker's pass does about one order at that moment; whether it did anything."""
    with clock.hold(moment), ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.run(_fire(database_url, order_no))).result()


async def _fire(database_url: str, order_no: str) -> bool:
    database = Database(database_url)
    try:
        async with database.transaction() as session:
            return await firing.fire(session, order_no)
    finally:
        await database.close()
