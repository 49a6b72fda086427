from __future__ import annotations

import importlib
from pathlib import Path

import sqlalchemy as sa

from backends.billing.models import Base
from kit import migrate

ROOM = Path(__file__).resolve().parents[3] / "backends" / "billing"
for path in sorted(ROOM.rglob("models.py")):
    importlib.import_module(".".join(path.relative_to(ROOM.parents[1]).with_suffix("").parts))


def _tables(url: str) -> dict[str, set[str]]:
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    names = [name for name in inspector.get_table_names("billing") if not name.startswith("alembic")]
    found = {name: {column["name"] for column in inspector.get_columns(name, "billing")} for name in names}
    engine.dispose()
    return found


def test_up_makes_what_the_models_say_and_down_takes_it_away(empty_database: str) -> None:
    migrate.up(empty_database, "billing")
    wanted = {table.name: set(table.columns.keys()) for table in Base.metadata.tables.values()}
    assert _tables(empty_database) == wanted
    migrate.down(empty_database, "billing")
    assert _tables(empty_database) == {}
    migrate.up(empty_database, "billing")
    assert _tables(empty_database) == wanted
