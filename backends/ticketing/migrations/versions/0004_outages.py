"""Reports gathered into outages, what a person must decide, who was asked whether power is back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
SCHEMA = "ticketing"

_OUTAGE_COLUMNS = (
    sa.Column("merged_into", sa.Text(), nullable=True),
    sa.Column("close_reason", sa.Text(), nullable=True),
    sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("start_refused_at", sa.DateTime(timezone=True), nullable=True),
)


def upgrade() -> None:
    for column in _OUTAGE_COLUMNS:
        op.add_column("outages", column.copy(), schema=SCHEMA)
    for name in ("transformer_area", "community"):
        op.create_index(f"ix_work_orders_{name}", "work_orders", [name, "registered_at"], schema=SCHEMA)
    op.create_table(
        "outage_proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outage_no", sa.Text(), nullable=False),
        sa.Column("subject_no", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["outage_no"], ["ticketing.outages.outage_no"], name="fk_outage_proposals_outage_no"),
        sa.PrimaryKeyConstraint("id", name="pk_outage_proposals"),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_outage_proposals_pair", "outage_proposals", ["outage_no", "subject_no"], unique=True, schema=SCHEMA
    )
    op.create_index("ix_outage_proposals_status", "outage_proposals", ["status", "id"], schema=SCHEMA)
    op.create_table(
        "restoration_checks",
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("outage_no", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stepped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_order_no", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_no"], ["ticketing.work_orders.order_no"], name="fk_restoration_checks_order_no"
        ),
        sa.ForeignKeyConstraint(["outage_no"], ["ticketing.outages.outage_no"], name="fk_restoration_checks_outage_no"),
        sa.PrimaryKeyConstraint("order_no", name="pk_restoration_checks"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_restoration_checks_outage_no",
        "restoration_checks",
        ["outage_no", "answer", "answered_at"],
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("restoration_checks", schema=SCHEMA)
    op.drop_table("outage_proposals", schema=SCHEMA)
    for name in ("community", "transformer_area"):
        op.drop_index(f"ix_work_orders_{name}", "work_orders", schema=SCHEMA)
    for column in reversed(_OUTAGE_COLUMNS):
        op.drop_column("outages", column.name, schema=SCHEMA)
