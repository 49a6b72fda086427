"""Conversations, their transcript, inbox and changes of owner."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "conversations_0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "conversations"


def _at(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, nullable: bool = False, **more) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable, **more)


def _of_conversation(**more) -> sa.Column:
    return sa.Column("conversation_id", sa.Text, sa.ForeignKey(f"{SCHEMA}.conversations.id"), nullable=False, **more)


def upgrade() -> None:
    op.create_table(
        "conversations",
        _text("id", primary_key=True),
        _text("channel"),
        _text("visitor_id", True),
        _text("caller_phone", True),
        _text("open_key", True),
        _text("owner"),
        _text("agent_id", True),
        _text("agent_name", True),
        _text("reason", True),
        _text("skill", True),
        _text("summary", True),
        _text("emergency", True),
        _at("waiting_since", True),
        _text("identity_level", server_default="L0"),
        _text("identity_last4", True),
        _at("identity_until", True),
        sa.Column("learnt", JSONB, nullable=False, server_default="{}"),
        _text("expects", server_default="free"),
        sa.Column("last_seq", sa.Integer, nullable=False, server_default="0"),
        _at("opened_at"),
        _at("active_at"),
        _at("closed_at", True),
        _at("lease_until", True),
        sa.Column("fence", sa.BigInteger, nullable=False, server_default="0"),
        sa.UniqueConstraint("channel", "open_key", name="uq_conversations_channel_open_key"),
        schema=SCHEMA,
    )
    op.create_index("ix_conversations_visitor", "conversations", ["visitor_id", "opened_at"], schema=SCHEMA)
    op.create_index(
        "ix_conversations_with_people", "conversations", ["owner", "waiting_since"], schema=SCHEMA,
        postgresql_where=sa.text("owner NOT IN ('bot', 'closed')"),
    )  # fmt: skip
    op.create_table(
        "inbox",
        _of_conversation(primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        _text("id", unique=True),
        _text("message_key"),
        _text("kind"),
        _text("value"),
        sa.Column("context", JSONB, nullable=False, server_default="{}"),
        _at("accepted_at"),
        sa.Column("is_slow_told", sa.Boolean, nullable=False, server_default=sa.false()),
        _at("done_at", True),
        _text("done_owner", True),
        _text("done_expects", True),
        sa.Column("nlu", JSONB),
        sa.UniqueConstraint("conversation_id", "message_key", name="uq_inbox_conversation_id_message_key"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_inbox_pending",
        "inbox",
        ["conversation_id", "seq"],
        schema=SCHEMA,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "messages",
        _of_conversation(primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        _text("author"),
        _text("author_name", True),
        _at("at"),
        sa.Column("parts", JSONB, nullable=False),
        _text("speech", True),
        sa.Column("reply_to", sa.Integer),
        _text("key", True),
        sa.Column("is_secret", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("conversation_id", "key", name="uq_messages_conversation_id_key"),
        schema=SCHEMA,
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _of_conversation(index=True),
        _text("event"),
        _text("from_owner"),
        _text("to_owner"),
        _text("actor"),
        _text("reason"),
        _at("at"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("changes", "messages", "inbox", "conversations"):
        op.drop_table(table, schema=SCHEMA)
