"""Bring each room's schema up or down: `python -m kit.migrate up|down [room …]`.

Every room owns one schema and one folder of Alembic versions; its version table stands in its schema.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from kit import settings

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Room:
    schema: str
    versions: Path


ROOMS = {
    "jobs": Room("jobs", ROOT / "kit/jobs_migrations/versions"),
    "ticketing": Room("ticketing", ROOT / "backends/ticketing/migrations/versions"),
    "billing": Room("billing", ROOT / "backends/billing/migrations/versions"),
    "conversations": Room("conversations", ROOT / "gateway/migrations/versions"),
    "knowledge": Room("knowledge", ROOT / "gateway/knowledge/migrations/versions"),
    "desk": Room("desk", ROOT / "desk/migrations/versions"),
    "ivr": Room("ivr", ROOT / "ivr/migrations/versions"),
}


def _config(room: Room, connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "kit/migrations"))
    config.set_main_option("version_locations", str(room.versions))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, schema=room.schema)
    return config


def up(database_url: str, *names: str) -> None:
    """Migrate the named rooms (all when none is named) to their newest version, making schemas as needed."""
    _each(database_url, names or tuple(ROOMS), lambda config: command.upgrade(config, "head"))


def down(database_url: str, *names: str) -> None:
    """Take the named rooms (all when none is named) back to nothing; their schemas stay, empty."""
    _each(database_url, tuple(reversed(names or tuple(ROOMS))), lambda config: command.downgrade(config, "base"))


def _each(database_url: str, names: tuple[str, ...], run) -> None:  # type: ignore[no-untyped-def]
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    for name in names:
        room = ROOMS[name]
        if not room.versions.is_dir():
            continue
        with engine.begin() as connection:
            # Two starting processes must not migrate the same schema at once.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('kit.migrate'))"))
            connection.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{room.schema}"'))
            run(_config(room, connection))
    engine.dispose()


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in ("up", "down") or set(argv[1:]) - set(ROOMS):
        print(f"usage: python -m kit.migrate up|down [{' '.join(ROOMS)}]", file=sys.stderr)
        return 2
    {"up": up, "down": down}[argv[0]](settings.load().database.url, *argv[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
