"""Every room's schema goes up and down again, and up once more."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kit import migrate

ROOMS = [name for name, room in migrate.ROOMS.items() if room.versions.is_dir() and list(room.versions.glob("*.py"))]


def tables(url: str, schema: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names(schema=schema)) - {"alembic_version"}


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_goes_up_down_and_up(empty_database: str, name: str) -> None:
    schema = migrate.ROOMS[name].schema
    migrate.up(empty_database, name)
    made = tables(empty_database, schema)
    assert made
    migrate.down(empty_database, name)
    assert tables(empty_database, schema) == set()
    migrate.up(empty_database, name)
    assert tables(empty_database, schema) == made


def test_all_rooms_go_up_together_and_twice_is_once(empty_database: str) -> None:
    migrate.up(empty_database)
    migrate.up(empty_database)
    assert all(tables(empty_database, migrate.ROOMS[name].schema) for name in ROOMS)
