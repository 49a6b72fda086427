"""Agents, sessions, traces."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "desk_0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "desk"


def _at(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, nullable: bool = False, **more) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable, **more)


def upgrade() -> None:
    op.create_table(
        "agents",
        _text("id", primary_key=True),
        _text("login", unique=True),
        _text("name"),
        _text("role"),
        sa.Column("skills", JSONB, nullable=False, server_default="[]"),
        _text("password_hash"),
        sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("wrong_in_a_row", sa.Integer, nullable=False, server_default="0"),
        _at("locked_until", True),
        schema=SCHEMA,
    )
    op.create_table(
        "sessions",
        _text("id", primary_key=True),
        sa.Column("agent_id", sa.Text, sa.ForeignKey(f"{SCHEMA}.agents.id"), nullable=False, index=True),
        _text("csrf"),
        _at("started_at"),
        _at("ends_at"),
        schema=SCHEMA,
    )
    op.create_table(
        "traces",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("agent_id", index=True),
        _text("action"),
        _text("conversation_id", True, index=True),
        _text("reason"),
        _at("at"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("traces", "sessions", "agents"):
        op.drop_table(table, schema=SCHEMA)
