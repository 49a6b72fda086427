"""Crews, when they are away, and what they were offered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
SCHEMA = "ticketing"
_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    op.create_table(
        "crews",
        sa.Column("crew_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("districts", _JSON, nullable=False),
        sa.Column("skills", _JSON, nullable=False),
        sa.Column("duty", _JSON, nullable=False),
        sa.Column("members", _JSON, nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("crew_no", name="pk_crews"),
        schema=SCHEMA,
    )
    op.create_table(
        "crew_absences",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("crew_no", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_crew_absences_order"),
        sa.ForeignKeyConstraint(["crew_no"], ["ticketing.crews.crew_no"], name="fk_crew_absences_crew_no"),
        sa.PrimaryKeyConstraint("id", name="pk_crew_absences"),
        schema=SCHEMA,
    )
    op.create_index("ix_crew_absences_crew_no", "crew_absences", ["crew_no", "ends_at"], unique=False, schema=SCHEMA)
    _offers()


def _offers() -> None:
    op.create_table(
        "crew_offers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("crew_no", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["crew_no"], ["ticketing.crews.crew_no"], name="fk_crew_offers_crew_no"),
        sa.ForeignKeyConstraint(["order_no"], ["ticketing.work_orders.order_no"], name="fk_crew_offers_order_no"),
        sa.PrimaryKeyConstraint("id", name="pk_crew_offers"),
        schema=SCHEMA,
    )
    op.create_index("ix_crew_offers_order_no", "crew_offers", ["order_no"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_crew_offers_crew_no",
        "crew_offers",
        ["crew_no", "order_no"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("outcome IS NULL OR outcome = 'accepted'"),
    )
    op.create_index(
        "uq_crew_offers_open",
        "crew_offers",
        ["order_no"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    for table in ("crew_offers", "crew_absences", "crews"):
        op.drop_table(table, schema=SCHEMA)
