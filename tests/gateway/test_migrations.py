"""The schemas of conversations and desk go up, down and up again, and match the models."""

from __future__ import annotations

import sqlalchemy as sa

from desk.models import Base as DeskBase
from gateway.conversations.models import Base as ConversationsBase
from kit import migrate


def _columns(engine: sa.Engine, schema: str) -> dict[str, set[str]]:
    inspector = sa.inspect(engine)
    tables = inspector.get_table_names(schema=schema)
    return {t: {c["name"] for c in inspector.get_columns(t, schema=schema)} for t in tables if t != "alembic_version"}


def test_up_down_and_up_again_leaves_what_the_models_name(empty_database: str) -> None:
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)
    migrate.up(empty_database, "conversations", "desk")
    migrate.down(empty_database, "conversations", "desk")
    assert _columns(engine, "conversations") == _columns(engine, "desk") == {}
    migrate.up(empty_database, "conversations", "desk")
    for schema, base in (("conversations", ConversationsBase), ("desk", DeskBase)):
        named = {table.name: set(table.columns.keys()) for table in base.metadata.tables.values()}
        assert _columns(engine, schema) == named
