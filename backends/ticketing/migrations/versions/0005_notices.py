"""Notices and their deliveries; they are the outbox now, outage subscriptions keep none of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
SCHEMA = "ticketing"


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _when(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def upgrade() -> None:
    _notices()
    _audience()
    _deliveries()
    _subscriptions()
    op.create_table(
        "recorded_sends",
        _text("delivery_id"),
        _text("channel"),
        _text("phone"),
        _text("text"),
        _text("speech"),
        sa.Column("times", sa.Integer(), nullable=False),
        _when("at", nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_recorded_sends"),
        schema=SCHEMA,
    )
    op.create_index("ix_recorded_sends_phone", "recorded_sends", ["phone"], schema=SCHEMA)
    for column in ("due_at", "sent_at"):
        op.drop_column("outage_subscriptions", column, schema=SCHEMA)


def _notices() -> None:
    op.create_table(
        "notices",
        _text("notice_id"),
        _text("kind"),
        _text("template"),
        _text("status"),
        _text("order_no", nullable=True),
        _text("outage_no", nullable=True),
        _text("follows", nullable=True),
        _text("dedupe_key", nullable=True),
        _text("text"),
        _text("speech"),
        sa.Column("audience", JSONB(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        _text("created_by"),
        _text("approved_by", nullable=True),
        _text("cancelled_by", nullable=True),
        _text("cancel_reason", nullable=True),
        _when("created_at", nullable=False),
        _when("approved_at"),
        _when("send_at", nullable=False),
        _when("queued_at"),
        _when("cancelled_at"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notices"),
        sa.ForeignKeyConstraint(["follows"], ["ticketing.notices.notice_id"], name="fk_notices_follows"),
        sa.UniqueConstraint("dedupe_key", name="uq_notices_dedupe_key"),
        schema=SCHEMA,
    )
    op.create_index("ix_notices_outage_no", "notices", ["outage_no", "created_at"], schema=SCHEMA)
    op.create_index("ix_notices_order_no", "notices", ["order_no", "created_at"], schema=SCHEMA)
    op.create_index("ix_notices_created_at", "notices", ["created_at", "notice_id"], schema=SCHEMA)


def _audience() -> None:
    op.create_table(
        "notice_audience",
        _id(),
        _text("notice_id"),
        _text("recipient"),
        _text("phone", nullable=True),
        _text("account_no", nullable=True),
        _text("channel"),
        sa.Column("must_confirm", sa.Boolean(), nullable=False),
        sa.Column("fills", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice_audience"),
        sa.ForeignKeyConstraint(["notice_id"], ["ticketing.notices.notice_id"], name="fk_notice_audience_notice_id"),
        sa.UniqueConstraint("notice_id", "recipient", name="uq_notice_audience_notice_id_recipient"),
        schema=SCHEMA,
    )


def _deliveries() -> None:
    op.create_table(
        "notice_deliveries",
        _id(),
        _text("notice_id"),
        _text("recipient"),
        _text("phone", nullable=True),
        _text("account_no", nullable=True),
        _text("order_no", nullable=True),
        _text("channel"),
        _text("state"),
        _text("reason", nullable=True),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("must_confirm", sa.Boolean(), nullable=False),
        sa.Column("fills", JSONB(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        _when("next_at"),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        _text("receipt", nullable=True),
        _when("queued_at", nullable=False),
        _when("sent_at"),
        _when("delivered_at"),
        _when("confirmed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_deliveries"),
        sa.ForeignKeyConstraint(["notice_id"], ["ticketing.notices.notice_id"], name="fk_notice_deliveries_notice_id"),
        sa.UniqueConstraint("notice_id", "recipient", name="uq_notice_deliveries_notice_id_recipient"),
        schema=SCHEMA,
    )
    queued, open_ones = sa.text("state = 'queued'"), sa.text("state IN ('sending', 'unknown')")
    table = "notice_deliveries"
    op.create_index("ix_notice_deliveries_due", table, ["is_urgent", "id"], schema=SCHEMA, postgresql_where=queued)
    op.create_index("ix_notice_deliveries_open", table, ["taken_by"], schema=SCHEMA, postgresql_where=open_ones)
    op.create_index("ix_notice_deliveries_phone", table, ["phone", "sent_at"], schema=SCHEMA)


def _subscriptions() -> None:
    op.create_table(
        "notice_subscriptions",
        _id(),
        _text("phone"),
        _text("topic"),
        _text("channel"),
        _text("community", nullable=True),
        _text("transformer_area", nullable=True),
        sa.Column("building", sa.Integer(), nullable=True),
        _text("account_no", nullable=True),
        _text("consent"),
        _when("agreed_at", nullable=False),
        _when("ended_at"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_subscriptions"),
        schema=SCHEMA,
    )
    running, table = sa.text("ended_at IS NULL"), "notice_subscriptions"
    place = [sa.text(f"coalesce({name}, '')") for name in ("community", "transformer_area", "account_no")]
    op.create_index(
        "uq_notice_subscriptions_running",
        table,
        ["phone", "topic", *place],
        unique=True,
        schema=SCHEMA,
        postgresql_where=running,
    )
    for name in ("community", "transformer_area"):
        op.create_index(f"ix_notice_subscriptions_{name}", table, [name], schema=SCHEMA, postgresql_where=running)
    op.create_table(
        "notice_opt_outs",
        _text("phone"),
        _when("at", nullable=False),
        sa.PrimaryKeyConstraint("phone", name="pk_notice_opt_outs"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for column in ("due_at", "sent_at"):
        op.add_column("outage_subscriptions", _when(column), schema=SCHEMA)
    for table in (
        "recorded_sends",
        "notice_opt_outs",
        "notice_subscriptions",
        "notice_deliveries",
        "notice_audience",
        "notices",
    ):
        op.drop_table(table, schema=SCHEMA)
