"""The run of a month as a job: taken up again after any restart, on as many cores as there are."""

from __future__ import annotations

import asyncio
import os

from backends.billing.bills.running import runs
from kit import jobs
from kit.jobs import task


@task("billing.bill_run")
async def bill_run(run_id: str) -> None:
    """Do what is left of a run. Twice is once: a chunk is done under a lock."""
    url = jobs.database().url
    await asyncio.to_thread(lambda: list(runs.run(url, run_id, processes=max(os.cpu_count() or 1, 1))))
