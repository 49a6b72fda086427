"""Calls and the answers given to their webhooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "ivr_0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "ivr"


def _int(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("provider_id", sa.Text, nullable=False, unique=True),
        sa.Column("conversation_id", sa.Text),
        sa.Column("caller_phone", sa.Text),
        sa.Column("status", sa.Text, nullable=False, server_default="open"),
        _int("step"),
        sa.Column("mood", sa.Text, nullable=False, server_default="talk"),
        sa.Column("expects", sa.Text, nullable=False, server_default="free"),
        _int("silences"),
        _int("misses"),
        _int("polls"),
        _int("heard_seq"),
        sa.Column("pending_seq", sa.Integer),
        sa.Column("unsure_text", sa.Text),
        sa.Column("notice_place", sa.Text),
        sa.Column("last_said", JSONB, nullable=False, server_default="[]"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        schema=SCHEMA,
    )
    op.create_table(
        "webhooks",
        sa.Column("call_id", sa.Text, sa.ForeignKey(f"{SCHEMA}.calls.call_id"), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("plan", JSONB, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("webhooks", schema=SCHEMA)
    op.drop_table("calls", schema=SCHEMA)
