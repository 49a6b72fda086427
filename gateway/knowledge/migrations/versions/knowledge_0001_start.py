"""Entries with their versions, their marks, what nobody could answer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.idempotency import create_idempotency_table

revision = "knowledge_0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "knowledge"


def _text(name: str, nullable: bool = False, **more) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable, **more)


def _at(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _of_entry(**more) -> sa.Column:
    return sa.Column("entry_id", sa.Text, sa.ForeignKey(f"{SCHEMA}.entries.id"), nullable=False, **more)


def upgrade() -> None:
    create_idempotency_table(SCHEMA)
    op.create_table(
        "entries",
        _text("id", primary_key=True),
        *(_text(name) for name in ("topic", "question", "answer_text", "answer_voice", "audience", "owner", "source")),
        *(sa.Column(name, JSONB, nullable=False) for name in ("variants", "paraphrases", "related")),
        *(sa.Column(name, sa.Date) for name in ("valid_from", "valid_to", "review_by")),
        _text("next_action", True),
        sa.Column("version", sa.Integer, nullable=False),
        _at("changed_at"),
        _text("seed_hash", True),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_entries_span"),
        sa.CheckConstraint("audience IN ('customer', 'agent')", name="ck_entries_audience"),
        schema=SCHEMA,
    )
    op.create_table(
        "versions",
        _of_entry(primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("content", JSONB, nullable=False),
        _text("changed_by"),
        _text("reason"),
        _at("changed_at"),
        schema=SCHEMA,
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _of_entry(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("is_useful", sa.Boolean, nullable=False),
        _at("rated_at"),
        schema=SCHEMA,
    )
    op.create_index("ix_ratings_entry_id_version", "ratings", ["entry_id", "version"], schema=SCHEMA)
    op.create_table(
        "unanswered",
        _text("id", primary_key=True),
        _text("question"),
        sa.Column("asked", sa.Integer, nullable=False),
        _at("last_asked_at"),
        _text("state"),
        sa.CheckConstraint("state IN ('open', 'answered', 'dismissed')", name="ck_unanswered_state"),
        schema=SCHEMA,
    )
    op.create_index("ix_unanswered_state_asked", "unanswered", ["state", "asked"], schema=SCHEMA)
    revision_table = op.create_table(
        "revision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )
    op.bulk_insert(revision_table, [{"id": 1, "number": 0}])


def downgrade() -> None:
    for table in ("revision", "unanswered", "ratings", "versions", "entries", "idempotency_keys"):
        op.drop_table(table, schema=SCHEMA)
