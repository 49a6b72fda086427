"""Processes, check sheets, customers' equipment, meetings, halls, partners, and who looked at whose line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
SCHEMA = "ticketing"
_COLUMNS = ("category", "user_kind", "process", "partner")
_TABLES = (
    "timeline_looks", "partners", "hall_opinions", "meeting_topics", "meetings", "equipment_events", "equipment",
    "check_findings", "check_sheets", "process_publications",
)  # fmt: skip
_APPEND_ONLY = ("timeline_looks", "equipment_events", "check_sheets", "process_publications")


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _when(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False)


def _id() -> sa.Column:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _create(name: str, key: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(key, name=f"pk_{name}"), schema=SCHEMA)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{SCHEMA}.{to}"], name=f"fk_{table}_{column}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{columns[0]}", table, list(columns), unique=False, schema=SCHEMA)


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("work_orders", _text(name, nullable=True), schema=SCHEMA)
    op.create_index(
        "ix_work_orders_partner", "work_orders", ["partner", "registered_at"], schema=SCHEMA,
        postgresql_where=sa.text("partner IS NOT NULL"),
    )  # fmt: skip
    _processes_and_looks()
    _checks()
    _equipment()
    _meetings_and_halls()
    for table in _APPEND_ONLY:
        op.execute(
            f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {SCHEMA}.{table}
            FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_rewriting()"""
        )


def _processes_and_looks() -> None:
    _create(
        "process_publications", "id", _id(), _text("code"), sa.Column("is_published", sa.Boolean(), nullable=False),
        _json("checklist"), _text("reason", nullable=True), _text("actor"), _when("at"),
    )  # fmt: skip
    _index("process_publications", "code", "id")
    _create(
        "partners", "partner_id", _text("partner_id"), _text("name"), _text("key_hash"), _json("service_codes"),
        sa.Column("daily_limit", sa.Integer(), nullable=False), sa.Column("is_active", sa.Boolean(), nullable=False),
        _when("created_at"), sa.UniqueConstraint("key_hash", name="uq_partners_key_hash"),
    )  # fmt: skip
    _create(
        "timeline_looks", "id", _id(), _text("account_no"), _text("actor"), _text("role"), _text("reason"), _when("at")
    )
    _index("timeline_looks", "account_no", "at")
    _index("timeline_looks", "actor", "at")


def _checks() -> None:
    _create(
        "check_sheets", "sheet_no", _text("sheet_no"), _text("checklist"), _text("subject"),
        _text("order_no", nullable=True), _json("checked_by"), _json("results"),
        sa.Column("score", sa.Integer(), nullable=False), _when("at"),
        _refers("check_sheets", "order_no", "work_orders.order_no"),
    )  # fmt: skip
    _index("check_sheets", "subject", "at")
    _create(
        "check_findings", "id", _id(), _text("sheet_no"), _text("item"), _text("aspect"), _text("note"),
        sa.Column("mend_by", sa.Date(), nullable=False), _when("mended_at", nullable=True),
        _text("mended_note", nullable=True), _text("seen_by", nullable=True),
        _refers("check_findings", "sheet_no", "check_sheets.sheet_no"),
        sa.UniqueConstraint("sheet_no", "item", name="uq_check_findings_sheet_no_item"),
    )  # fmt: skip


def _equipment() -> None:
    _create(
        "equipment", "equipment_no", _text("equipment_no"), _text("account_no"), _text("kind"), _text("name"),
        sa.Column("rating_kva", sa.Integer(), nullable=True), _text("maker", nullable=True),
        sa.Column("installed_on", sa.Date(), nullable=False), sa.Column("tested_until", sa.Date(), nullable=True),
        _text("status"),
    )  # fmt: skip
    _index("equipment", "account_no")
    _index("equipment", "tested_until")
    _create(
        "equipment_events", "id", _id(), _text("equipment_no"), _text("event"), _text("status"),
        _text("sheet_no", nullable=True), _text("note", nullable=True), _text("actor"), _when("at"),
        _refers("equipment_events", "equipment_no", "equipment.equipment_no"),
    )  # fmt: skip
    _index("equipment_events", "equipment_no", "id")


def _meetings_and_halls() -> None:
    _create(
        "meetings", "meeting_no", _text("meeting_no"), _text("kind"), _text("title"), _text("place"),
        sa.Column("held_on", sa.Date(), nullable=False), _text("minutes", nullable=True),
    )  # fmt: skip
    _create(
        "meeting_topics", "id", _id(), _text("meeting_no"), _text("title"), _text("order_no"),
        _refers("meeting_topics", "meeting_no", "meetings.meeting_no"),
        _refers("meeting_topics", "order_no", "work_orders.order_no"),
    )  # fmt: skip
    _index("meeting_topics", "meeting_no", "id")
    _create(
        "hall_opinions", "id", _id(), _text("hall"), _text("aspect"), _text("kind"), _text("order_no"), _when("at"),
        _refers("hall_opinions", "order_no", "work_orders.order_no"),
    )  # fmt: skip
    _index("hall_opinions", "hall", "at")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table, schema=SCHEMA)
    op.drop_index("ix_work_orders_partner", "work_orders", schema=SCHEMA)
    for name in _COLUMNS:
        op.drop_column("work_orders", name, schema=SCHEMA)
