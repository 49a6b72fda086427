"""The worker's part of a test: do every job that is due at a moment of the held clock, and none that is not.

Whoever uses it imports the `tasks` of the rooms it means.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import psycopg

from kernel import clock
from kit import jobs

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
