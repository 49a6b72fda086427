"""Follow-up, satisfaction, complaints and the sealed store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
SCHEMA = "ticketing"
SEALED = "ticketing_sealed"

TABLES = (
    "complaint_files", "outside_referrals", "alarms", "whistle_cases", "restricted_looks", "follow_up_schedules",
    "follow_up_opt_outs", "improvement_items", "care_tasks", "questionnaire_answers", "follow_up_plans",
)  # fmt: skip
APPEND_ONLY = (
    f"{SCHEMA}.outside_referrals",
    f"{SCHEMA}.alarms",
    f"{SCHEMA}.restricted_looks",
    f"{SEALED}.identity_looks",
)


def upgrade() -> None:
    _care()
    _sealed_store()
    for table in APPEND_ONLY:
        op.execute(
            f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_rewriting()"""
        )


def _care() -> None:
    op.create_table(
        "complaint_files",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("suggested_class", sa.Text(), nullable=True),
        sa.Column("sub_class", sa.Text(), nullable=True),
        sa.Column("side_classes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("major_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("is_supervised", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["order_no"], ["ticketing.work_orders.order_no"], name="fk_complaint_files_order_no"),
        sa.PrimaryKeyConstraint("order_no", name="pk_complaint_files"),
        schema=SCHEMA,
    )
    op.create_table(
        "outside_referrals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_no"], ["ticketing.work_orders.order_no"], name="fk_outside_referrals_order_no"),
        sa.PrimaryKeyConstraint("id", name="pk_outside_referrals"),
        schema=SCHEMA,
    )
    op.create_index("ix_outside_referrals_order_no", "outside_referrals", ["order_no"], unique=False, schema=SCHEMA)
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
        schema=SCHEMA,
    )
    op.create_index("ix_alarms_at", "alarms", ["at", "id"], unique=False, schema=SCHEMA)
    op.create_index("ix_alarms_order_no", "alarms", ["order_no"], unique=False, schema=SCHEMA)
    op.create_table(
        "whistle_cases",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("channel_apart", sa.Text(), nullable=True),
        sa.Column("reported_parties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("redacted_what", sa.Text(), nullable=True),
        sa.Column("redacted_where", sa.Text(), nullable=True),
        sa.Column("redacted_by", sa.Text(), nullable=True),
        sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["ticketing.work_orders.order_no"], name="fk_whistle_cases_order_no"),
        sa.PrimaryKeyConstraint("order_no", name="pk_whistle_cases"),
        schema=SCHEMA,
    )
    op.create_table(
        "restricted_looks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_restricted_looks"),
        schema=SCHEMA,
    )
    op.create_index("ix_restricted_looks_order_no", "restricted_looks", ["order_no", "at"], unique=False, schema=SCHEMA)
    op.create_table(
        "follow_up_plans",
        sa.Column("plan_no", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("question_set", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("link_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("plan_no", name="pk_follow_up_plans"),
        sa.UniqueConstraint("link_code", name="uq_follow_up_plans_link_code"),
        schema=SCHEMA,
    )
    op.create_table(
        "follow_up_schedules",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("target_order_no", sa.Text(), nullable=True),
        sa.Column("plan_no", sa.Text(), nullable=True),
        sa.Column("first_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_no"], ["ticketing.work_orders.order_no"], name="fk_follow_up_schedules_order_no"
        ),
        sa.PrimaryKeyConstraint("order_no", name="pk_follow_up_schedules"),
        sa.UniqueConstraint("token", name="uq_follow_up_schedules_token"),
        schema=SCHEMA,
    )
    op.create_index("ix_follow_up_schedules_next_at", "follow_up_schedules", ["next_at"], unique=False, schema=SCHEMA)
    op.create_index("ix_follow_up_schedules_plan_no", "follow_up_schedules", ["plan_no"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_follow_up_schedules_target_order_no",
        "follow_up_schedules",
        ["target_order_no"],
        unique=False,
        schema=SCHEMA,
    )
    op.create_table(
        "follow_up_opt_outs",
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("phone", name="pk_follow_up_opt_outs"),
        schema=SCHEMA,
    )
    op.create_table(
        "improvement_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("target_order_no", sa.Text(), nullable=True),
        sa.Column("plan_no", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("responsible", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_improvement_items"),
        schema=SCHEMA,
    )
    op.create_index("ix_improvement_items_at", "improvement_items", ["at"], unique=False, schema=SCHEMA)
    op.create_index("ix_improvement_items_order_no", "improvement_items", ["order_no"], unique=False, schema=SCHEMA)
    op.create_index("ix_improvement_items_plan_no", "improvement_items", ["plan_no"], unique=False, schema=SCHEMA)
    op.create_table(
        "care_tasks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["ticketing.work_orders.order_no"], name="fk_care_tasks_order_no"),
        sa.PrimaryKeyConstraint("id", name="pk_care_tasks"),
        schema=SCHEMA,
    )
    op.create_index("ix_care_tasks_due_at", "care_tasks", ["due_at"], unique=False, schema=SCHEMA)
    op.create_index("ix_care_tasks_order_no", "care_tasks", ["order_no"], unique=False, schema=SCHEMA)
    op.create_table(
        "questionnaire_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("area_kind", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_no"], ["ticketing.follow_up_plans.plan_no"], name="fk_questionnaire_answers_plan_no"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaire_answers"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_questionnaire_answers_plan_no", "questionnaire_answers", ["plan_no"], unique=False, schema=SCHEMA
    )


def _sealed_store() -> None:
    """The reporters move into a schema of their own that nobody but its owner may enter."""
    op.execute(f"CREATE SCHEMA {SEALED}")
    op.execute(f"REVOKE ALL ON SCHEMA {SEALED} FROM PUBLIC")
    op.execute(f"ALTER TABLE {SCHEMA}.sealed_reporters SET SCHEMA {SEALED}")
    op.add_column("sealed_reporters", sa.Column("told", sa.Text()), schema=SEALED)
    op.add_column("sealed_reporters", sa.Column("sealed_at", sa.DateTime(timezone=True)), schema=SEALED)
    op.create_table(
        "identity_requests",
        sa.Column("request_no", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("reporter_ref", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("judicial_ref", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reporter_ref"],
            ["ticketing_sealed.sealed_reporters.reporter_ref"],
            name="fk_identity_requests_reporter_ref",
        ),
        sa.PrimaryKeyConstraint("request_no", name="pk_identity_requests"),
        schema=SEALED,
    )
    op.create_index("ix_identity_requests_order_no", "identity_requests", ["order_no"], unique=False, schema=SEALED)
    op.create_table(
        "identity_looks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("request_no", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_identity_looks"),
        schema=SEALED,
    )
    op.create_index("ix_identity_looks_order_no", "identity_looks", ["order_no", "at"], unique=False, schema=SEALED)


def downgrade() -> None:
    op.drop_table("identity_looks", schema=SEALED)
    op.drop_table("identity_requests", schema=SEALED)
    op.drop_column("sealed_reporters", "sealed_at", schema=SEALED)
    op.drop_column("sealed_reporters", "told", schema=SEALED)
    op.execute(f"ALTER TABLE {SEALED}.sealed_reporters SET SCHEMA {SCHEMA}")
    op.execute(f"DROP SCHEMA {SEALED}")
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
