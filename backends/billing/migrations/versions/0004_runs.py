"""Bill runs, corrections, and what a run has to know of the bills and meters before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
SCHEMA = "billing"


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _when(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _int(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _create(name: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"), schema=SCHEMA)


_NEW = (
    ("bills", sa.Column("ytd_kwh_after", sa.Integer(), nullable=True)),
    ("bills", sa.Column("adjustment_fen", sa.Integer(), server_default="0", nullable=False)),
    ("bills", sa.Column("is_estimated", sa.Boolean(), server_default=sa.false(), nullable=False)),
    ("meters", sa.Column("removed_on", sa.Date(), nullable=True)),
    ("meters", sa.Column("seal_no", sa.Text(), nullable=True)),
)


def upgrade() -> None:
    for table, column in _NEW:
        op.add_column(table, column, schema=SCHEMA)
    _create(
        "bill_runs", "run_id", _text("run_id"), _text("month"), _when("started_at"), _text("started_by"),
        _when("finished_at", nullable=True), sa.UniqueConstraint("month", name="uq_bill_runs_month"),
    )  # fmt: skip
    _create(
        "bill_run_chunks", "run_id first_no", _text("run_id"), _text("first_no"), _text("last_no"), _int("accounts"),
        _int("billed", nullable=True), _int("held", nullable=True), _when("done_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], [f"{SCHEMA}.bill_runs.run_id"], name="fk_bill_run_chunks_run_id", ondelete="CASCADE"
        ),
    )  # fmt: skip
    _create(
        "held_bills", "account_no month", _text("account_no"), _text("month"), _text("code"), _text("detail"),
        _when("at"),
    )  # fmt: skip
    _create(
        "adjustments", "adjustment_no", _text("adjustment_no"), _text("account_no"), _text("bill_no"), _text("reason"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False), sa.Column("lines", JSONB(), nullable=False),
        _text("billed_with", nullable=True), _text("approved_by"), _when("at"),
    )  # fmt: skip
    op.create_index("ix_adjustments_account_no", "adjustments", ["account_no", "at"], schema=SCHEMA)
    op.create_index("ix_adjustments_bill_no", "adjustments", ["bill_no"], schema=SCHEMA)


def downgrade() -> None:
    for table in ("adjustments", "held_bills", "bill_run_chunks", "bill_runs"):
        op.drop_table(table, schema=SCHEMA)
    for table, column in reversed(_NEW):
        op.drop_column(table, column.name, schema=SCHEMA)
