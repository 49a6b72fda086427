"""The schema goes up, down to nothing, and up again, and is what the models say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import backends.ticketing.attachments.models
import backends.ticketing.checks.models
import backends.ticketing.clocks.models
import backends.ticketing.complaints.models
import backends.ticketing.complaints.whistle.models
import backends.ticketing.dispatch.models
import backends.ticketing.equipment.models
import backends.ticketing.follow_up.models
import backends.ticketing.halls.models
import backends.ticketing.importing.models
import backends.ticketing.meetings.models
import backends.ticketing.notices.models
import backends.ticketing.outages.merging.models
import backends.ticketing.outages.models
import backends.ticketing.outages.restoration.models
import backends.ticketing.partners.models
import backends.ticketing.places.models
import backends.ticketing.processes.models
import backends.ticketing.timeline.models
import backends.ticketing.webhooks.models
import backends.ticketing.work_orders.models  # noqa: F401
from backends.ticketing.models import SCHEMA, Base
from kit import migrate


@pytest.fixture
def engine(empty_database):
    engine = sa.create_engine(empty_database, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def _objects(engine) -> set[str]:
    with engine.connect() as link:
        tables = set(sa.inspect(link).get_table_names(schema=SCHEMA)) - {"alembic_version"}
        functions = link.execute(
            sa.text("SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = :s"),
            {"s": SCHEMA},
        )
        return tables | set(functions.scalars())


def test_up_down_up(empty_database, engine):
    migrate.up(empty_database, "ticketing")
    whole = _objects(engine)
    assert {"work_orders", "order_events", "outages", "places", "refuse_rewriting"} <= whole

    migrate.down(empty_database, "ticketing")
    assert _objects(engine) == set()

    migrate.up(empty_database, "ticketing")
    assert _objects(engine) == whole


def test_migrated_schema_is_what_the_models_say(empty_database, engine):
    migrate.up(empty_database, "ticketing")
    with engine.connect() as link:
        options = {
            "include_schemas": True,
            "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
            "include_object": lambda _, name, kind, *__: name != "alembic_version",
        }
        difference = compare_metadata(MigrationContext.configure(link, opts=options), Base.metadata)
    assert difference == []
