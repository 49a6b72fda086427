"""Later work, in PostgreSQL: queued in the caller's transaction, so nothing is lost between commit and queue.

Tasks live in `<room>/tasks.py`; `python -m denghuo.worker` runs them with procrastinate. A job may run twice
(a worker that dies after the work and before the tick), so every task is safe to repeat.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

import procrastinate
import sqlalchemy as sa
from procrastinate import App, PsycopgConnector
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from kernel import clock
from kit import logging
from kit.db import Database

SCHEMA = "jobs"
log = logging.get("kit.jobs")
_registry: dict[str, tuple[Callable[..., Awaitable[Any]], procrastinate.BaseRetryStrategy]] = {}


class _Capped(procrastinate.BaseRetryStrategy):
    """Retry after 2, 4, 8 … seconds, at most a minute, for about a day."""

    def __init__(self, attempts: int = 1500, first_s: int = 2, most_s: int = 60) -> None:
        self.attempts, self.first_s, self.most_s = attempts, first_s, most_s

    def get_retry_decision(self, *, exception: BaseException, job: Any) -> procrastinate.RetryDecision | None:
        if job.attempts >= self.attempts:
            return None
        wait = min(self.first_s * 2 ** min(job.attempts, 10), self.most_s)
        return procrastinate.RetryDecision(retry_in={"seconds": wait})


def task(name: str) -> Callable[[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[Any]]]:
    """Register `async def f(**args)` as the task `name` (`"conversations.announce"`); retried until it succeeds."""

    def keep(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        _registry[name] = (function, _Capped())
        return function

    return keep


Tick = Callable[[Database], Awaitable[int]]
_ticks: list[Tick] = []


def tick(function: Tick) -> Tick:
    """Register what a worker does all the time beside its jobs: take what is due in a table of its own.

    `function(database)` gives how many things it did; with none the next call waits a tick. Several workers call it at
    once, and any may die in the middle.
    """
    _ticks.append(function)
    return function


async def keep_ticking(every_s: float) -> None:
    """Call every tick for ever, on `database()`; one that fails is called again."""
    await asyncio.gather(*(_keep_calling(function, every_s) for function in _ticks))


async def _keep_calling(function: Tick, every_s: float) -> None:
    while True:
        done = 0
        try:
            done = await function(database())
        except Exception:
            log.exception("tick failed", tick=function.__name__)
        if not done:
            await asyncio.sleep(every_s)


async def defer(
    session: AsyncSession,
    task_name: str,
    args: dict[str, Any],
    *,
    key: str | None = None,
    at: datetime | None = None,
    after: timedelta | None = None,
) -> None:
    """Queue a job in the caller's transaction.

    Args:
        key: while a job with this key waits, another is not queued.
        at: not before this moment of the house clock (aware); `after` the same, from now.
    """
    if after is not None:
        at = clock.now() + after
    await session.execute(_QUEUE, _row(task_name, args, key, at))


def defer_at_commit(
    session: AsyncSession, task_name: str, args: dict[str, Any], *, key: str, at: datetime | None = None
) -> None:
    """As `defer`, but as the last act of the caller's transaction, once a key.

    For keys many transactions share: a second one waits for the first only while it commits, when neither wants
    anything of the other any more. Queued in the middle, they would wait for each other's whole work, or for ever.
    """
    waiting: dict[str, dict[str, Any]] = session.info.setdefault(_AT_COMMIT, {})
    if not waiting:
        sa.event.listen(session.sync_session, "before_commit", _queue_what_waits, once=True)
    waiting[key] = _row(task_name, args, key, at)


def _queue_what_waits(session: Session) -> None:
    waiting: dict[str, dict[str, Any]] = session.info.pop(_AT_COMMIT, {})
    for key in sorted(waiting):
        session.execute(_QUEUE, waiting[key])


_AT_COMMIT = "jobs to queue at the commit"
_QUEUE = sa.text(
    f"""INSERT INTO {SCHEMA}.procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, scheduled_at)
        VALUES ('default', :task, 0, :key, CAST(:args AS jsonb), :at)
        ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING"""  # noqa: S608  (SCHEMA is ours)
)


def _row(task_name: str, args: dict[str, Any], key: str | None, at: datetime | None) -> dict[str, Any]:
    wall = clock.to_wall(at) if at is not None else None
    return {"task": task_name, "key": key, "args": json.dumps(args, ensure_ascii=False), "at": wall}


def make_app(database_url: str) -> App:
    """The procrastinate app with every registered task; `database_url` as SQLAlchemy writes it."""
    connector = PsycopgConnector(
        conninfo=database_url.replace("postgresql+psycopg://", "postgresql://", 1),
        kwargs={"options": f"-c search_path={SCHEMA}"},
        min_size=1,
        max_size=4,
    )
    app = App(connector=connector)
    for name, (function, retry) in _registry.items():
        app.task(name=name, retry=retry)(function)
    return app


_database: ContextVar[Database] = ContextVar("the database of the jobs that run here")


@asynccontextmanager
async def working_on(database_url: str) -> AsyncIterator[None]:
    """Inside the block jobs that run find their `database()`."""
    opened = Database(database_url)
    before = _database.set(opened)
    try:
        yield
    finally:
        _database.reset(before)
        await opened.close()


def database() -> Database:
    """The one database all jobs of this worker share; a job must not close it."""
    return _database.get()
