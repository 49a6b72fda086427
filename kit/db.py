"""One PostgreSQL, one schema a room, one transaction a request or job."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import MetaData, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from kernel import clock
from kernel.errors import Unavailable

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata_for(schema: str) -> MetaData:
    """The metadata of one room's tables, with predictable constraint names."""
    return MetaData(schema=schema, naming_convention=_NAMES)


def _ask_after_rest(engine: AsyncEngine, rested_s: float) -> None:
    """A connection that rested so long is asked whether it lives before it is used; one that just worked is trusted.

    SQLAlchemy's `pool_pre_ping` asks every time, which is one of three round trips of a short transaction.
    """
    pool, dialect = engine.sync_engine, engine.sync_engine.dialect

    @event.listens_for(pool, "checkin")
    def rests(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = clock.monotonic()

    @event.listens_for(pool, "checkout")
    def lives(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        rests_since = record.info.get("rests_since")
        if rests_since is None or clock.monotonic() - rests_since < rested_s:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as err:
            raise DisconnectionError("the connection was lost while it rested") from err


class Database:
    """Sessions on one database. A lost connection is `Unavailable` (retryable), never a bare driver error.

    Args:
        url: `postgresql+psycopg://…`.
        statement_timeout_s: no statement runs longer.
        rested_s: a connection nobody used for so long is asked whether it still lives before it is used.
    """

    def __init__(self, url: str, *, pool_size: int = 8, statement_timeout_s: float = 5, rested_s: float = 1) -> None:
        self.url = url
        options = f"-c timezone=Asia/Shanghai -c statement_timeout={int(statement_timeout_s * 1000)}"
        self.engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=3,
            connect_args={"connect_timeout": 3, "options": options},
        )
        _ask_after_rest(self.engine, rested_s)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session that commits at the end of the block and rolls back on any error."""
        try:
            async with self._sessions() as session, session.begin():
                yield session
        except (OperationalError, PoolTimeout) as err:
            raise Unavailable("the database cannot be reached", code="database_unavailable") from err
        except DBAPIError as err:
            if err.connection_invalidated:
                raise Unavailable("the database connection was lost", code="database_unavailable") from err
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading only; PostgreSQL refuses writes in it."""
        async with self.transaction() as session:
            await session.connection(execution_options={"postgresql_readonly": True})
            yield session

    async def close(self) -> None:
        await self.engine.dispose()
