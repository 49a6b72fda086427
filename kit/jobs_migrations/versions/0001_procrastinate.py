"""procrastinate's own tables and functions, in the schema `jobs`."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "jobs_0001"
down_revision = None
branch_labels = None
depends_on = None

# Its functions name their tables without a schema; bound to `jobs`, they work from any connection's search path,
# so a room can queue a job inside its own transaction.
_BIND = """
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'jobs'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = jobs, public', f);
  END LOOP;
END $$;
"""


def _run(script: str) -> None:
    # The driver's own cursor: the script holds several statements and colons that are no parameters.
    op.get_bind().connection.cursor().execute(script)


def upgrade() -> None:
    _run("SET LOCAL search_path TO jobs, public")
    _run(SchemaManager.get_schema())
    _run(_BIND)
    _run("SET LOCAL search_path TO DEFAULT")


def downgrade() -> None:
    _run(
        """
        DO $$ DECLARE f regprocedure; t record; BEGIN
          DROP TABLE jobs.procrastinate_events, jobs.procrastinate_periodic_defers, jobs.procrastinate_jobs,
                     jobs.procrastinate_workers CASCADE;
          FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'jobs'::regnamespace LOOP
            EXECUTE format('DROP FUNCTION %s CASCADE', f);
          END LOOP;
          FOR t IN SELECT typname FROM pg_type WHERE typnamespace = 'jobs'::regnamespace
                     AND typname LIKE 'procrastinate%' LOOP
            EXECUTE format('DROP TYPE jobs.%I CASCADE', t.typname);
          END LOOP;
        END $$;
        """
    )
