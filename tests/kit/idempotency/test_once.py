"""A write that comes twice happens once, also when both come at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from kernel.errors import Conflict
from kit.db import Database, metadata_for
from kit.idempotency import idempotency_table, once

METADATA = metadata_for("kept")
KEYS = idempotency_table(METADATA)
REQUEST = {"address": "翠湖花园3号楼"}


class Counter:
    def __init__(self) -> None:
        self.runs = 0

    async def __call__(self) -> tuple[int, dict[str, Any]]:
        self.runs += 1
        await asyncio.sleep(0.05)
        return 201, {"no": f"GZ{self.runs}"}


@pytest.fixture
async def db(empty_database: str) -> AsyncIterator[Database]:
    database = Database(empty_database)
    async with database.engine.begin() as link:
        await link.execute(sa.text("CREATE SCHEMA kept"))
        await link.run_sync(METADATA.create_all)
    yield database
    await database.close()


async def ask(db: Database, run: Counter, key: str = "k", request: Any = None) -> tuple[int, dict[str, Any]]:
    async with db.transaction() as session:
        return await once(session, KEYS, key, request or REQUEST, run)


async def test_the_second_gets_the_answer_of_the_first(db: Database) -> None:
    run = Counter()
    assert await ask(db, run) == await ask(db, run) == (201, {"no": "GZ1"})
    assert run.runs == 1


async def test_eight_at_once_run_it_once(db: Database) -> None:
    run = Counter()
    answers = await asyncio.gather(*(ask(db, run) for _ in range(8)))
    assert answers == [(201, {"no": "GZ1"})] * 8
    assert run.runs == 1


async def test_the_same_key_for_something_else_is_a_conflict(db: Database) -> None:
    run = Counter()
    await ask(db, run)
    with pytest.raises(Conflict) as caught:
        await ask(db, run, request={"address": "阳光里"})
    assert caught.value.code == "idempotency_key_reused"
    assert run.runs == 1


async def test_a_write_that_failed_may_be_tried_again(db: Database) -> None:
    async def fails() -> tuple[int, dict[str, Any]]:
        raise RuntimeError("no luck")

    with pytest.raises(RuntimeError):
        async with db.transaction() as session:
            await once(session, KEYS, "k", REQUEST, fails)
    assert await ask(db, Counter()) == (201, {"no": "GZ1"})
