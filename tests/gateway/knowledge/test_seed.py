"""The packaged knowledge goes into the store once, and never over what a keeper wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from clients.knowledge.entries import check, packaged_entries
from clients.knowledge.protocol import Change
from clients.knowledge.search.vectors import signs_only
from gateway.knowledge.models import Base
from gateway.knowledge.service import StoredKnowledge, seed
from kit import migrate
from kit.db import Database

DAY = date(2026, 11, 24)


@pytest.fixture
async def db(empty_database: str) -> AsyncIterator[Database]:
    migrate.up(empty_database, "knowledge")
    database = Database(empty_database)
    yield database
    await database.close()


async def _seed(db: Database, entries) -> int:
    async with db.transaction() as session:
        return await seed(session, entries)


def test_every_packaged_entry_keeps_the_rules():
    packaged = packaged_entries(today=DAY)
    assert len(packaged) >= 242
    for entry in packaged:
        check(entry, others=packaged)
        assert entry.owner
        assert all(other in {e.id for e in packaged} for other in entry.related)


async def test_a_second_time_writes_nothing(db):
    packaged = packaged_entries(today=DAY)
    assert await _seed(db, packaged) == len(packaged)
    assert await _seed(db, packaged_entries(today=date(2027, 5, 1))) == 0


async def test_a_release_changes_what_nobody_edited_and_leaves_what_was_edited(db):
    packaged = packaged_entries(today=DAY)[:20]
    await _seed(db, packaged)
    store = StoredKnowledge(db, signs_only())
    edited = replace(packaged[0], answer_text="我们改过的答案。", version=0)
    await store.put(edited, change=Change("王芳", "更正"), key="k")
    newer = [replace(entry, answer_text="新版说法。") for entry in packaged[:2]]
    assert await _seed(db, [*newer, *packaged[2:]]) == 1
    assert (await store.entry(packaged[0].id)).answer_text == "我们改过的答案。"
    assert (await store.entry(packaged[1].id)).answer_text == "新版说法。"
    assert [v.by for v in await store.versions(packaged[1].id)] == ["seed", "seed"]


def test_the_schema_goes_up_down_and_up_again(empty_database: str) -> None:
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)

    def columns() -> dict[str, set[str]]:
        inspector = sa.inspect(engine)
        tables = [t for t in inspector.get_table_names(schema="knowledge") if t != "alembic_version"]
        return {t: {c["name"] for c in inspector.get_columns(t, schema="knowledge")} for t in tables}

    migrate.up(empty_database, "knowledge")
    migrate.down(empty_database, "knowledge")
    assert columns() == {}
    migrate.up(empty_database, "knowledge")
    assert columns() == {table.name: set(table.columns.keys()) for table in Base.metadata.tables.values()}
