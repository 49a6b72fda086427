"""Clocks of orders and outages, and who had to hear of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
SCHEMA = "ticketing"


def _when(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        _when("started_at", nullable=False),
        _when("due_at", nullable=False),
        _when("warn_at"),
        _when("over_half_at", nullable=False),
        _when("paused_at"),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("paused_s", sa.Integer(), nullable=False),
        *(_when(f"{name}_at") for name in ("met", "stopped", "warned", "breached", "breached_half", "next")),
        sa.CheckConstraint("paused_s >= 0", name="never_negative"),
        sa.PrimaryKeyConstraint("id", name="pk_clocks"),
        schema=SCHEMA,
    )
    op.create_index("ix_clocks_next_at", "clocks", ["next_at"], schema=SCHEMA, postgresql_where="next_at IS NOT NULL")
    op.create_index(
        "uq_clocks_running",
        "clocks",
        ["order_no", "kind"],
        unique=True,
        schema=SCHEMA,
        postgresql_where="met_at IS NULL AND stopped_at IS NULL",
    )
    op.create_index("ix_clocks_order_no", "clocks", ["order_no", "id"], schema=SCHEMA)
    op.create_table(
        "escalations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        _when("at", nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("order_type", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=True),
        _when("due_at"),
        _when("act_by"),
        _when("closed_at"),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
        schema=SCHEMA,
    )
    op.create_index("ix_escalations_order_no", "escalations", ["order_no"], schema=SCHEMA)
    op.create_index(
        "ix_escalations_open", "escalations", ["team", "id"], schema=SCHEMA, postgresql_where="closed_at IS NULL"
    )


def downgrade() -> None:
    op.drop_table("escalations", schema=SCHEMA)
    op.drop_table("clocks", schema=SCHEMA)
