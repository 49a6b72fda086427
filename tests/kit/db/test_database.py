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
