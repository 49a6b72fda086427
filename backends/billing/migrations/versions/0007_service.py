"""Disputes, invoices, alerts, and the customer behind an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
SCHEMA = "billing"


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _when(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _int(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _bool(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _create(name: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"), schema=SCHEMA)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_no"], [f"{SCHEMA}.accounts.account_no"], name=f"fk_{table}_account_no", ondelete="CASCADE"
    )


def upgrade() -> None:
    _create(
        "disputes", "dispute_no", _text("dispute_no"), _text("account_no"), _text("bill_no"), _text("facts"),
        _when("opened_at"), _when("answer_by"), _text("outcome", nullable=True), _text("cause", nullable=True),
        sa.Column("error_percent", sa.Numeric(6, 2), nullable=True), _text("reply", nullable=True),
        _text("settled_by", nullable=True), _when("settled_at", nullable=True),
    )  # fmt: skip
    op.create_index(
        "uq_disputes_open", "disputes", ["bill_no"], unique=True, schema=SCHEMA,
        postgresql_where=sa.text("settled_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_disputes_account_no", "disputes", ["account_no", "opened_at"], schema=SCHEMA)
    _create(
        "invoices", "invoice_no", _text("invoice_no"), _text("account_no"), _text("bill_no"), _text("kind"),
        _text("title"), _text("tax_no", nullable=True), _text("bank", nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False), _int("energy_kwh"), _text("email", nullable=True),
        _text("consent", nullable=True), _text("status"), _text("reverses", nullable=True), _when("issued_at"),
    )  # fmt: skip
    op.create_index("ix_invoices_account_no", "invoices", ["account_no", "issued_at"], schema=SCHEMA)
    op.create_index(
        "uq_invoices_bill", "invoices", ["bill_no"], unique=True, schema=SCHEMA,
        postgresql_where=sa.text("status = 'issued'"),
    )  # fmt: skip
    _create(
        "alert_rules", "account_no kind", _text("account_no"), _text("kind"), _int("limit_value"), _when("set_at"),
        _of_account("alert_rules"),
    )  # fmt: skip
    _create("alerts_sent", "account_no kind on_day", _text("account_no"), _text("kind"), _day("on_day"))
    _customers()


def _customers() -> None:
    _create(
        "account_members", "account_no phone", _text("account_no"), _text("phone"), _text("role"), _text("name"),
        _day("since"), _day("until", nullable=True), _of_account("account_members"),
    )  # fmt: skip
    _create(
        "preferences", "account_no", _text("account_no"), _text("channel"), _text("hours"), _text("language"),
        _bool("large_text"), _bool("slow_speech"), _when("set_at"), _of_account("preferences"),
    )  # fmt: skip
    _create(
        "contracts", "account_no", _text("account_no"), _text("contract_no"), _day("signed_on"),
        _day("valid_until", nullable=True), sa.Column("elements", JSONB(), nullable=False), _of_account("contracts"),
    )  # fmt: skip
    _create(
        "label_objections", "account_no label", _text("account_no"), _text("label"), _text("said"), _when("at"),
        _of_account("label_objections"),
    )  # fmt: skip
    _create(
        "staff_looks", "id", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False), _text("actor"),
        _text("reason"), sa.Column("asked", JSONB(), nullable=False), _int("found"), _when("at"),
    )  # fmt: skip
    op.execute(
        f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {SCHEMA}.staff_looks
        FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_rewriting()"""
    )


def downgrade() -> None:
    for table in (
        "staff_looks", "label_objections", "contracts", "preferences", "account_members", "alerts_sent", "alert_rules",
        "invoices", "disputes",
    ):  # fmt: skip
        op.drop_table(table, schema=SCHEMA)
