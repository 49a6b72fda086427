"""The worker's part of a ticketing test (tests/support/working.py), and its look at clocks."""

from __future__ import annotations

import asyncio
import importlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import backends.ticketing.tasks  # noqa: F401  (registers the jobs)
from backends.ticketing.clocks import firing
from kernel import clock
from kit.db import Database

work_until = importlib.import_module("tests.support.working").work_until


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
