"""Daily debits of 智能交费 balances."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
SCHEMA = "billing"


def upgrade() -> None:
    op.create_table(
        "prepaid_debits",
        sa.Column("account_no", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_no", "on_day", name="pk_prepaid_debits"),
        sa.ForeignKeyConstraint(
            ["account_no"], [f"{SCHEMA}.accounts.account_no"], name="fk_prepaid_debits_account_no", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("prepaid_debits", schema=SCHEMA)
