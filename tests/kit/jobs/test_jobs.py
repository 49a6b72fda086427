"""Later work is queued with the write it belongs to, once for each key, and a worker does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kit import jobs, migrate
from kit.db import Database

DONE: list[str] = []


@jobs.task("tests.note")
async def note(word: str) -> None:
    DONE.append(word)


@pytest.fixture
async def db(empty_database: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(migrate.up, empty_database, "jobs")
    DONE.clear()
    database = Database(empty_database)
    yield database
    await database.close()


async def waiting(db: Database) -> int:
    async with db.reading() as session:
        query = sa.text("SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'todo'")
        return int((await session.execute(query)).scalar_one())


async def work(url: str) -> None:
    app = jobs.make_app(url)
    async with app.open_async():
        await app.run_worker_async(wait=False, install_signal_handlers=False)


async def test_a_queued_job_is_done(db: Database, empty_database: str) -> None:
    async with db.transaction() as session:
        await jobs.defer(session, "tests.note", {"word": "复电"})
    await work(empty_database)
    assert DONE == ["复电"]


async def test_a_transaction_that_fails_queues_nothing(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction() as session:
            await jobs.defer(session, "tests.note", {"word": "x"})
            raise RuntimeError
    assert await waiting(db) == 0


async def test_the_same_key_waits_once(db: Database) -> None:
    for _ in range(3):
        async with db.transaction() as session:
            await jobs.defer(session, "tests.note", {"word": "x"}, key="c_1")
    assert await waiting(db) == 1


async def test_a_key_that_many_share_stops_nobody_before_the_commit(db: Database) -> None:
    async with db.transaction() as first:
        jobs.defer_at_commit(first, "tests.note", {"word": "x"}, key="shared")
        async with asyncio.timeout(3), db.transaction() as second:
            jobs.defer_at_commit(second, "tests.note", {"word": "x"}, key="shared")
    assert await waiting(db) == 1


async def test_what_was_to_be_queued_at_the_commit_of_a_failed_transaction_is_not(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction() as session:
            jobs.defer_at_commit(session, "tests.note", {"word": "x"}, key="shared")
            raise RuntimeError
    assert await waiting(db) == 0


async def test_a_job_for_later_is_not_done_now(db: Database, empty_database: str) -> None:
    async with db.transaction() as session:
        await jobs.defer(session, "tests.note", {"word": "x"}, after=timedelta(hours=1))
    await work(empty_database)
    assert DONE == []
    assert await waiting(db) == 1
