"""A transaction is kept whole or not at all, and a database that is away is `Unavailable`."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from kernel.errors import Unavailable
from kit.db import Database


async def test_an_error_takes_everything_back(empty_database: str) -> None:
    db = Database(empty_database)
    async with db.transaction() as session:
        await session.execute(sa.text("CREATE TABLE t (n int)"))
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as session:
            await session.execute(sa.text("INSERT INTO t VALUES (1)"))
            _ = 1 / 0
    async with db.reading() as session:
        assert (await session.execute(sa.text("SELECT count(*) FROM t"))).scalar_one() == 0
    await db.close()


async def test_reading_cannot_write(empty_database: str) -> None:
    db = Database(empty_database)
    with pytest.raises(DBAPIError):
        async with db.reading() as session:
            await session.execute(sa.text("CREATE TABLE t (n int)"))
    await db.close()


async def test_a_database_that_is_away_is_unavailable() -> None:
    db = Database("postgresql+psycopg://postgres@127.0.0.1:9/denghuo")
    with pytest.raises(Unavailable) as caught:
        async with db.transaction() as session:
            await session.execute(sa.text("SELECT 1"))
    assert caught.value.code == "database_unavailable"
    await db.close()


async def test_a_connection_lost_while_it_rested_is_replaced_unseen(empty_database: str) -> None:
    db, other = Database(empty_database, rested_s=0), Database(empty_database)
    async with db.transaction() as session:
        before = (await session.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
    async with other.transaction() as session:
        ended = sa.text("SELECT pg_terminate_backend(:pid, 5000)")  # waits until it has ended
        assert (await session.execute(ended, {"pid": before})).scalar_one()
    async with db.transaction() as session:
        assert (await session.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one() != before
    await db.close()
    await other.close()


async def test_a_connection_lost_just_now_is_unavailable_once(empty_database: str) -> None:
    db, other = Database(empty_database, rested_s=60), Database(empty_database)
    query = sa.text("SELECT pg_backend_pid()")
    async with db.transaction() as session:
        before = (await session.execute(query)).scalar_one()
    async with other.transaction() as session:
        await session.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})
    with pytest.raises(Unavailable):
        async with db.transaction() as session:
            await session.execute(query)
    async with db.transaction() as session:
        assert (await session.execute(query)).scalar_one() != before
    await db.close()
    await other.close()
