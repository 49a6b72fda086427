"""Accounts bound to visitors of text doors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
SCHEMA = "billing"


def upgrade() -> None:
    op.create_table(
        "bindings",
        sa.Column("account_no", sa.Text(), nullable=False),
        sa.Column("visitor_id", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_no", "visitor_id", name="pk_bindings"),
        sa.ForeignKeyConstraint(
            ["account_no"],
            [f"{SCHEMA}.accounts.account_no"],
            name="fk_bindings_account_no",
            ondelete="CASCADE",
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_bindings_visitor_id", "bindings", ["visitor_id"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_table("bindings", schema=SCHEMA)
