"""Arrears: cases, their steps, reminders, reconnections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
SCHEMA = "billing"


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _when(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create(name: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"), schema=SCHEMA)


def upgrade() -> None:
    _create(
        "arrears_cases", "case_no", _text("case_no"), _text("account_no"),
        sa.Column("due_date", sa.Date(), nullable=False), _text("stage"), _text("approved_by", nullable=True),
        _when("stop_at", nullable=True), _when("opened_at"), _when("closed_at", nullable=True),
    )  # fmt: skip
    op.create_index(
        "uq_arrears_cases_open", "arrears_cases", ["account_no"], unique=True, schema=SCHEMA,
        postgresql_where=sa.text("closed_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_arrears_cases_stage", "arrears_cases", ["stage"], schema=SCHEMA)
    _create(
        "arrears_steps", "id", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False), _text("case_no"),
        _text("step"), _text("stage"), _text("actor"), sa.Column("data", JSONB(), nullable=False), _when("at"),
        sa.ForeignKeyConstraint(["case_no"], [f"{SCHEMA}.arrears_cases.case_no"], name="fk_arrears_steps_case_no"),
    )  # fmt: skip
    op.create_index("ix_arrears_steps_case_no", "arrears_steps", ["case_no", "id"], schema=SCHEMA)
    op.execute(
        f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {SCHEMA}.arrears_steps
        FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_rewriting()"""
    )
    _create("reminders", "bill_no days", _text("bill_no"), sa.Column("days", sa.Integer(), nullable=False), _when("at"))
    _create(
        "reconnections", "order_no", _text("order_no"), _text("account_no"), _text("payment_no", nullable=True),
        _text("conversation_id", nullable=True), _when("ordered_at"), _when("due_by"), _when("done_at", nullable=True),
        _text("problem", nullable=True),
    )  # fmt: skip
    op.create_index("ix_reconnections_account_no", "reconnections", ["account_no", "ordered_at"], schema=SCHEMA)


def downgrade() -> None:
    for table in ("reconnections", "reminders", "arrears_steps", "arrears_cases"):
        op.drop_table(table, schema=SCHEMA)
