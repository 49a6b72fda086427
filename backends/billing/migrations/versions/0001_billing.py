"""Accounts, meters, readings, bills, identity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.idempotency import create_idempotency_table

revision = "0001"
down_revision = None
SCHEMA = "billing"
ACCOUNT = f"{SCHEMA}.accounts.account_no"


def _time(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _int(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _accounts() -> None:
    texts = (
        "account_name",
        "supply_address",
        "community",
        "district",
        "area_kind",
        "transformer_area",
        "category",
        "plan",
        "voltage",
        "supply_mode",
        "relation_kind",
        "pay_mode",
        "status",
    )
    op.create_table(
        "accounts",
        _text("account_no"),
        *[_text(name) for name in texts],
        *[_text(name, nullable=True) for name in ("power_source_kind", "user_kind", "demand_mode", "contact_phone")],
        *[_int(name, nullable=True) for name in ("capacity_kva", "contract_demand_kw", "balance_fen")],
        *[
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("large_household", "low_income", "has_life_support")
        ],
        *[_int(name) for name in ("ladder_months", "read_day", "credit_balance_fen")],
        sa.PrimaryKeyConstraint("account_no", name="pk_accounts"),
        sa.CheckConstraint("account_no ~ '^[0-9]{10}$'", name="ck_accounts_account_no"),
        schema=SCHEMA,
    )
    op.create_index("ix_accounts_contact_phone", "accounts", ["contact_phone"], schema=SCHEMA)
    op.create_index("ix_accounts_transformer_area", "accounts", ["transformer_area"], schema=SCHEMA)


def _meters() -> None:
    op.create_table(
        "meters",
        _text("meter_no"),
        _text("account_no"),
        _text("point_kind"),
        _int("digits"),
        _int("multiplier"),
        sa.Column("registers", JSONB(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=False),
        sa.Column("verified_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("meter_no", name="pk_meters"),
        sa.ForeignKeyConstraint(["account_no"], [ACCOUNT], name="fk_meters_account_no", ondelete="CASCADE"),
        schema=SCHEMA,
    )
    op.create_index("ix_meters_account_no", "meters", ["account_no"], schema=SCHEMA)
    op.create_table(
        "readings",
        _text("meter_no"),
        _text("register"),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(12, 2), nullable=False),
        _text("kind"),
        sa.PrimaryKeyConstraint("meter_no", "register", "read_on", name="pk_readings"),
        sa.ForeignKeyConstraint(
            ["meter_no"], [f"{SCHEMA}.meters.meter_no"], name="fk_readings_meter_no", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )


def _bills() -> None:
    op.create_table(
        "bills",
        _text("bill_no"),
        _text("account_no"),
        _text("month"),
        *[sa.Column(name, sa.Date(), nullable=False) for name in ("period_from", "period_to", "issued_on", "due_date")],
        *[_int(name) for name in ("energy_kwh", "bill_amount_fen", "payable_fen", "paid_fen")],
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("inputs", JSONB(), nullable=False),
        sa.Column("lines", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("bill_no", name="pk_bills"),
        sa.UniqueConstraint("account_no", "month", name="uq_bills_account_no"),
        sa.ForeignKeyConstraint(["account_no"], [ACCOUNT], name="fk_bills_account_no", ondelete="CASCADE"),
        sa.CheckConstraint("period_from < period_to", name="ck_bills_period"),
        schema=SCHEMA,
    )


def _identity() -> None:
    op.create_table(
        "account_lookups",
        _text("subject"),
        _text("account_no"),
        _time("at"),
        sa.PrimaryKeyConstraint("subject", "account_no", name="pk_account_lookups"),
        schema=SCHEMA,
    )
    op.create_table(
        "identity_challenges",
        _text("challenge_id"),
        _text("account_no"),
        _text("subject"),
        _text("code_hash"),
        _time("expires_at"),
        _time("used_at", nullable=True),
        sa.PrimaryKeyConstraint("challenge_id", name="pk_identity_challenges"),
        schema=SCHEMA,
    )
    op.create_index("ix_identity_challenges_open", "identity_challenges", ["account_no", "subject"], schema=SCHEMA)
    op.create_table(
        "identity_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _text("account_no"),
        _text("subject"),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_failures"),
        schema=SCHEMA,
    )
    for name in ("account_no", "subject"):
        op.create_index(f"ix_identity_failures_{name}", "identity_failures", [name, "at"], schema=SCHEMA)
    op.create_table(
        "sms_outbox",
        _text("sms_id"),
        _text("phone"),
        _text("text"),
        _text("purpose"),
        _time("queued_at"),
        _text("sent_by"),
        sa.PrimaryKeyConstraint("sms_id", name="pk_sms_outbox"),
        schema=SCHEMA,
    )


def upgrade() -> None:
    create_idempotency_table(SCHEMA)
    _accounts()
    _meters()
    _bills()
    _identity()


def downgrade() -> None:
    names = (
        "sms_outbox",
        "identity_failures",
        "identity_challenges",
        "account_lookups",
        "bills",
        "readings",
        "meters",
        "accounts",
        "idempotency_keys",
    )
    for name in names:
        op.drop_table(name, schema=SCHEMA)
