"""`python -m denghuo.worker`: runs the later work of all rooms (procrastinate, in PostgreSQL).

Rooms keep their tasks in `<room>/tasks.py`; importing the module registers them with `kit.jobs`.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util

import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException

from kit import jobs, logging, settings

ROOMS = ("backends.ticketing", "backends.billing", "actions", "gateway", "gateway.conversations", "ivr", "desk")
CONCURRENCY = 4
HEARTBEAT_S = 3.0
STALLED_S = 10.0  # a worker silent for so long is dead
POLL_S = 1.0  # PostgreSQL also notifies; polling is for jobs that become due
TICK_S = 1.0  # a deadline is acted on within so long
log = logging.get("denghuo.worker")


def import_tasks() -> list[str]:
    """Import every `<room>.tasks` there is; returns their names."""
    found = [f"{room}.tasks" for room in ROOMS if _exists(f"{room}.tasks")]
    for name in found:
        importlib.import_module(name)
    return found


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


async def main() -> None:
    """Run until told to stop; jobs under way get a few seconds to finish and are taken up again otherwise."""
    config = settings.load()
    logging.configure("worker")
    log.info("tasks", modules=import_tasks())
    app = jobs.make_app(config.database.url)
    async with app.open_async(), jobs.working_on(config.database.url):
        beside = [asyncio.create_task(take_up_stalled(app)), asyncio.create_task(jobs.keep_ticking(TICK_S))]
        try:
            await app.run_worker_async(
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=POLL_S,
                shutdown_graceful_timeout=4,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=STALLED_S,
                wait=True,
            )
        finally:
            for task in beside:
                task.cancel()


async def take_up_stalled(app: App) -> None:
    """Queue again, for ever, the jobs of workers that were killed: every task is safe to repeat."""
    while True:
        with contextlib.suppress(ConnectorException, psycopg.Error):
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
                log.warning("stalled job taken up", task=job.task_name, job_id=job.id)
                await app.job_manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT_S)


if __name__ == "__main__":
    asyncio.run(main())
