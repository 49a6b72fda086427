"""Work orders, outages, places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kit.idempotency import create_idempotency_table

revision = "0001"
down_revision = None
SCHEMA = "ticketing"

APPEND_ONLY = ("order_events", "outage_events")


def upgrade() -> None:
    op.create_table(
        "failed_proofs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=("pk_failed_proofs")),
        schema=SCHEMA,
    )
    op.create_index("ix_failed_proofs_order_no", "failed_proofs", ["order_no", "at"], unique=False, schema=SCHEMA)
    create_idempotency_table(SCHEMA)
    op.create_table(
        "number_counters",
        sa.Column("order_type", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_type", "day", name=("pk_number_counters")),
        schema=SCHEMA,
    )
    op.create_table(
        "outages",
        sa.Column("outage_no", sa.Text(), nullable=False),
        sa.Column("outage_kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("community", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("transformer_areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("buildings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("area_kind", sa.Text(), nullable=False),
        sa.Column("reason_public", sa.Text(), nullable=False),
        sa.Column("affected_count", sa.Integer(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("crew_team", sa.Text(), nullable=False),
        sa.Column("first_reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_site_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_site_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eta_restore_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eta_updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eta_confidence", sa.Text(), nullable=True),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("outage_no", name=("pk_outages")),
        schema=SCHEMA,
    )
    op.create_index("ix_outages_community", "outages", ["community"], unique=False, schema=SCHEMA)
    op.create_index("ix_outages_status", "outages", ["status", "off_at"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_outages_transformer_areas",
        "outages",
        ["transformer_areas"],
        unique=False,
        schema=SCHEMA,
        postgresql_using="gin",
    )
    op.create_table(
        "places",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("area_kind", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("aliases", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("name", name=("pk_places")),
        schema=SCHEMA,
    )
    op.create_table(
        "sealed_reporters",
        sa.Column("reporter_ref", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("wants_reply", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reporter_ref", name=("pk_sealed_reporters")),
        schema=SCHEMA,
    )
    op.create_table(
        "work_orders",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("order_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("service_face", sa.Text(), nullable=False),
        sa.Column("caller_phone", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_no", sa.Text(), nullable=True),
        sa.Column("community", sa.Text(), nullable=True),
        sa.Column("transformer_area", sa.Text(), nullable=True),
        sa.Column("area_kind", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_key", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("identity_level", sa.Text(), nullable=False),
        sa.Column("owner_team", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("tracker", sa.Text(), nullable=True),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_paused_s", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urge_count", sa.Integer(), nullable=False),
        sa.Column("last_urged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("parent_order_no", sa.Text(), nullable=True),
        sa.Column("related_order_nos", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attachment_keys", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reopened_count", sa.Integer(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("query_code", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("order_no", name=("pk_work_orders")),
        sa.UniqueConstraint("idempotency_key", name=("uq_work_orders_idempotency_key")),
        sa.UniqueConstraint("query_code", name=("uq_work_orders_query_code")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_work_orders_account_no", "work_orders", ["account_no", "registered_at"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "ix_work_orders_address_key", "work_orders", ["address_key", "registered_at"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "ix_work_orders_contact_phone", "work_orders", ["contact_phone", "registered_at"], unique=False, schema=SCHEMA
    )
    op.create_index("ix_work_orders_parent_order_no", "work_orders", ["parent_order_no"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_work_orders_queue", "work_orders", ["status", "priority", "deadline_at"], unique=False, schema=SCHEMA
    )
    op.create_index(
        "ix_work_orders_registered_at", "work_orders", ["registered_at", "order_no"], unique=False, schema=SCHEMA
    )
    op.create_table(
        "order_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["order_no"], ["ticketing.work_orders.order_no"], name=("fk_order_events_order_no")),
        sa.PrimaryKeyConstraint("id", name=("pk_order_events")),
        schema=SCHEMA,
    )
    op.create_index("ix_order_events_order_no", "order_events", ["order_no"], unique=False, schema=SCHEMA)
    op.create_table(
        "outage_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("outage_no", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["outage_no"], ["ticketing.outages.outage_no"], name=("fk_outage_events_outage_no")),
        sa.PrimaryKeyConstraint("id", name=("pk_outage_events")),
        schema=SCHEMA,
    )
    op.create_index("ix_outage_events_outage_no", "outage_events", ["outage_no"], unique=False, schema=SCHEMA)
    op.create_table(
        "outage_subscriptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("outage_no", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["outage_no"], ["ticketing.outages.outage_no"], name=("fk_outage_subscriptions_outage_no")
        ),
        sa.PrimaryKeyConstraint("id", name=("pk_outage_subscriptions")),
        sa.UniqueConstraint("outage_no", "phone", name=("uq_outage_subscriptions_outage_no_phone")),
        schema=SCHEMA,
    )
    op.create_table(
        "urges",
        sa.Column("urge_order_no", sa.Text(), nullable=False),
        sa.Column("target_order_no", sa.Text(), nullable=False),
        sa.Column("urge_no", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("worse_note", sa.Text(), nullable=True),
        sa.Column("status_told", sa.Text(), nullable=False),
        sa.Column("eta_told", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target_order_no"], ["ticketing.work_orders.order_no"], name=("fk_urges_target_order_no")
        ),
        sa.PrimaryKeyConstraint("urge_order_no", name=("pk_urges")),
        schema=SCHEMA,
    )
    op.create_index("ix_urges_target_order_no", "urges", ["target_order_no"], unique=False, schema=SCHEMA)
    # The history of an order is evidence: the database itself refuses to rewrite it.
    op.execute(
        f"""CREATE FUNCTION {SCHEMA}.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$"""
    )
    for table in APPEND_ONLY:
        op.execute(
            f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {SCHEMA}.{table}
            FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_rewriting()"""
        )


def downgrade() -> None:
    op.drop_table("urges", schema=SCHEMA)
    op.drop_table("outage_subscriptions", schema=SCHEMA)
    op.drop_table("outage_events", schema=SCHEMA)
    op.drop_table("order_events", schema=SCHEMA)
    op.drop_table("work_orders", schema=SCHEMA)
    op.drop_table("sealed_reporters", schema=SCHEMA)
    op.drop_table("places", schema=SCHEMA)
    op.drop_table("outages", schema=SCHEMA)
    op.drop_table("number_counters", schema=SCHEMA)
    op.drop_table("idempotency_keys", schema=SCHEMA)
    op.drop_table("failed_proofs", schema=SCHEMA)
    op.execute(f"DROP FUNCTION {SCHEMA}.refuse_rewriting()")
