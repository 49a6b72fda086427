"""Use of each day, for meters that tell it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
SCHEMA = "billing"


def upgrade() -> None:
    op.create_table(
        "daily_use",
        sa.Column("account_no", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("kwh", sa.Numeric(10, 2), nullable=False),
        sa.PrimaryKeyConstraint("account_no", "on_day", name="pk_daily_use"),
        sa.ForeignKeyConstraint(
            ["account_no"], [f"{SCHEMA}.accounts.account_no"], name="fk_daily_use_account_no", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("daily_use", schema=SCHEMA)
