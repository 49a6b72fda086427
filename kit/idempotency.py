"""Same key, same answer: what a write answered is kept beside what it wrote, in the same transaction."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import clock
from kernel.errors import Conflict

TABLE = "idempotency_keys"


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_hash", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body", JSONB),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def idempotency_table(metadata: sa.MetaData) -> sa.Table:
    """The table of one room's schema."""
    return sa.Table(TABLE, metadata, *_columns())


def create_idempotency_table(schema: str) -> None:
    """For a migration's upgrade; drop it with `op.drop_table("idempotency_keys", schema=…)`."""
    from alembic import op

    op.create_table(TABLE, *_columns(), schema=schema)


def request_hash(request: Any) -> str:
    canonical = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


@functools.cache
def _statements(table: sa.Table) -> tuple[sa.Executable, sa.Executable]:
    """Taking a key and keeping its answer; built once, because building costs as much as running."""
    take = insert(table).on_conflict_do_nothing(index_elements=["key"]).returning(table.c.key)
    keep = table.update().where(table.c.key == sa.bindparam("mine"))
    return take, keep.values(status=sa.bindparam("status"), body=sa.bindparam("body", type_=JSONB))


async def once(
    session: AsyncSession,
    table: sa.Table,
    key: str,
    request: Any,
    run: Callable[[], Awaitable[tuple[int, dict[str, Any]]]],
) -> tuple[int, dict[str, Any]]:
    """Run the write the first time, give its kept (status, body) every other time.

    A second caller with the same key waits on the first one's row; if the first fails, its row is rolled back
    with everything else and the second runs.

    Raises:
        Conflict: the key was used for another request (code `idempotency_key_reused`).
    """
    asked, (take, keep) = request_hash(request), _statements(table)
    mine = await session.execute(take, {"key": key, "request_hash": asked, "created_at": clock.now()})
    if mine.scalar_one_or_none() is None:
        row = (await session.execute(sa.select(table).where(table.c.key == key))).one()
        if row.request_hash != asked:
            raise Conflict("this key belongs to another request", code="idempotency_key_reused")
        return row.status, row.body
    status, body = await run()
    kept = json.loads(json.dumps(body, ensure_ascii=False, default=str))
    await session.execute(keep, {"mine": key, "status": status, "body": kept})
    return status, kept
