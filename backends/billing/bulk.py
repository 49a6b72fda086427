"""Many rows into a table of billing at once, by COPY; for the sample and for bill runs, outside the ORM."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql


def as_json(value: Any) -> str:
    """For a JSONB column: nothing escaped that need not be, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def copy(link: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows in the caller's transaction."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier("billing", table), names)
    with link.cursor() as cursor, cursor.copy(statement) as writing:
        for row in rows:
            writing.write_row(row)
