"""The ledger and payments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
SCHEMA = "billing"


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _when(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _fen(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _day(name: str) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=False)


def _id(name: str = "id") -> sa.Column:
    return sa.Column(name, sa.BigInteger(), sa.Identity(), nullable=False)


def _json(name: str) -> sa.Column:
    return sa.Column(name, JSONB(), nullable=False)


def _create(name: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"), schema=SCHEMA)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{columns[0]}", table, list(columns), schema=SCHEMA)


def upgrade() -> None:
    op.add_column(
        "bills", sa.Column("is_fee_frozen", sa.Boolean(), server_default=sa.false(), nullable=False), schema=SCHEMA
    )
    op.add_column("bills", _text("run_id", nullable=True), schema=SCHEMA)
    op.execute(
        f"""CREATE FUNCTION {SCHEMA}.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
    )
    _ledger()
    _payments()


def _ledger() -> None:
    _create(
        "movements", "movement_id", _id("movement_id"), _text("kind"), _text("ref"), _text("account_no", nullable=True),
        _text("memo"), _when("at"), sa.UniqueConstraint("kind", "ref", name="uq_movements_kind_ref"),
    )  # fmt: skip
    _index("movements", "account_no", "movement_id")
    _create(
        "postings", "movement_id book", _fen("movement_id"), _text("book"), _text("account_no", nullable=True),
        _fen("amount_fen"),
        sa.ForeignKeyConstraint(
            ["movement_id"], [f"{SCHEMA}.movements.movement_id"], name="fk_postings_movement_id"
        ),
    )  # fmt: skip
    _index("postings", "account_no", "book")
    for table in ("movements", "postings"):
        op.execute(
            f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {SCHEMA}.{table}
            FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_rewriting()"""
        )
    # Once a statement, over the rows it wrote: a movement's lines are written by one statement.
    op.execute(
        """CREATE FUNCTION billing.refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM written GROUP BY movement_id HAVING sum(amount_fen) <> 0) THEN
                RAISE EXCEPTION 'a movement does not balance';
            END IF;
            RETURN NULL;
        END $$"""
    )
    op.execute(
        f"""CREATE TRIGGER balanced AFTER INSERT ON {SCHEMA}.postings REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_unbalanced()"""
    )


def _payments() -> None:
    _create(
        "pay_links", "link_id", _text("link_id"), _text("token_hash"), _text("account_no"), _fen("amount_fen"),
        _text("conversation_id", nullable=True), _text("status"), _when("created_at"), _when("expires_at"),
        sa.UniqueConstraint("token_hash", name="uq_pay_links_token_hash"),
    )  # fmt: skip
    _index("pay_links", "account_no", "created_at")
    _create(
        "payments", "payment_no", _text("payment_no"), _text("account_no", nullable=True), _text("channel"),
        _text("provider"), _text("provider_ref"), _text("link_id", nullable=True), _fen("amount_fen"),
        _when("paid_at"), _day("paid_on"), _when("posted_at"), _text("status"), _text("note", nullable=True),
        sa.UniqueConstraint("provider", "provider_ref", name="uq_payments_provider_provider_ref"),
    )  # fmt: skip
    _index("payments", "account_no", "paid_at")
    op.create_index("ix_payments_paid_on", "payments", ["provider", "paid_on"], schema=SCHEMA)
    _create(
        "allocations", "id", _id(), _text("payment_no", nullable=True), _text("bill_no", nullable=True), _text("part"),
        _fen("amount_fen"), _day("on_day"),
    )  # fmt: skip
    _index("allocations", "bill_no")
    _index("allocations", "payment_no")
    _create(
        "pay_notifications", "id", _id(), _text("provider"), _text("provider_ref", nullable=True), _text("outcome"),
        _text("problem", nullable=True), _when("at"),
    )  # fmt: skip
    _create(
        "reconciliations", "id", _id(), _text("provider"), _day("day"), _text("sha256"),
        sa.Column("agreed", sa.Integer(), nullable=False), _json("posted_late"), _json("only_ours"), _json("differing"),
        _when("at"), sa.UniqueConstraint("provider", "day", "sha256", name="uq_reconciliations_provider_day_sha256"),
    )  # fmt: skip
    _create(
        "refunds", "refund_no", _text("refund_no"), _text("account_no"), _text("payment_no", nullable=True),
        _fen("amount_fen"), _text("reason"), _text("status"), _text("asked_by"), _text("approved_by", nullable=True),
        _when("asked_at"), _when("sent_at", nullable=True),
    )  # fmt: skip
    _index("refunds", "account_no")


def downgrade() -> None:
    for table in ("refunds", "reconciliations", "pay_notifications", "allocations", "payments", "pay_links",
                  "postings", "movements"):  # fmt: skip
        op.drop_table(table, schema=SCHEMA)
    for function in ("refuse_unbalanced", "refuse_rewriting"):
        op.execute(f"DROP FUNCTION {SCHEMA}.{function}()")
    for name in ("run_id", "is_fee_frozen"):
        op.drop_column("bills", name, schema=SCHEMA)
