"""Where a change came from, refused attempts, and urges as orders of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
SCHEMA = "ticketing"

# What an urge knows beside the common fields; the rest it has from the order that is urged.
_TO_ORDERS = """
INSERT INTO ticketing.work_orders (
    order_no, order_type, status, priority, channel, service_face, caller_phone, received_at, registered_at, sent_at,
    account_no, community, transformer_area, area_kind, contact_name, contact_phone, address, address_key, summary,
    identity_level, owner_team, owner, tracker, deadline_at, clock_paused_s, urge_count, escalation_level,
    parent_order_no, related_order_nos, attachment_keys, reopened_count, idempotency_key, version, details)
SELECT u.urge_order_no, 'urge', u.status, o.priority, coalesce(u.channel, o.channel), 'emergency', o.caller_phone,
    u.registered_at, u.registered_at, u.registered_at, o.account_no, o.community, o.transformer_area, o.area_kind,
    o.contact_name, o.contact_phone, o.address, o.address_key, '催办 ' || o.order_no, 'L0', o.owner_team, o.owner,
    o.tracker, u.reply_by, 0, 0, 0, o.order_no, '[]'::jsonb, '[]'::jsonb, 0, 'urge:' || u.urge_order_no, 1,
    jsonb_build_object('target_order_no', o.order_no, 'urge_no', u.urge_no, 'reason', u.reason,
        'worse_note', u.worse_note, 'status_told', u.status_told, 'eta_told', u.eta_told, 'reply_by', u.reply_by,
        'team_reply', NULL, 'replied_at', NULL)
FROM ticketing.urges u JOIN ticketing.work_orders o ON o.order_no = u.target_order_no"""
_FIRST_EVENTS = """
INSERT INTO ticketing.order_events (order_no, at, actor, role, event, from_status, to_status, data)
SELECT order_no, registered_at, channel, 'system', 'register', NULL, status, '{}'::jsonb
FROM ticketing.work_orders WHERE order_type = 'urge'"""
_TO_URGES = """
INSERT INTO ticketing.urges (urge_order_no, target_order_no, urge_no, reason, worse_note, status_told, eta_told,
    registered_at, reply_by, status, channel)
SELECT order_no, details->>'target_order_no', (details->>'urge_no')::int, details->>'reason', details->>'worse_note',
    details->>'status_told', (details->>'eta_told')::timestamptz, registered_at, (details->>'reply_by')::timestamptz,
    status, channel
FROM ticketing.work_orders WHERE order_type = 'urge'"""


def upgrade() -> None:
    op.add_column("order_events", sa.Column("channel", sa.Text(), nullable=True), schema=SCHEMA)
    op.add_column("order_events", sa.Column("client", sa.Text(), nullable=True), schema=SCHEMA)
    _refused_attempts()
    op.execute(_TO_ORDERS)
    op.execute(_FIRST_EVENTS)
    op.drop_table("urges", schema=SCHEMA)


def _refused_attempts() -> None:
    op.create_table(
        "refused_attempts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=name in ("status", "detail"))
            for name in ("order_no", "status", "event", "role", "actor", "client", "code", "detail")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refused_attempts"),
        schema=SCHEMA,
    )
    op.create_index("ix_refused_attempts_order_no", "refused_attempts", ["order_no", "at"], schema=SCHEMA)
    op.execute(
        f"""CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {SCHEMA}.refused_attempts
        FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.refuse_rewriting()"""
    )


def downgrade() -> None:
    _urges()
    op.execute(_TO_URGES)
    # An urge goes back into its table with its history; only this migration may take events away.
    op.execute("ALTER TABLE ticketing.order_events DISABLE TRIGGER append_only")
    op.execute(
        """DELETE FROM ticketing.order_events e USING ticketing.work_orders o
        WHERE o.order_no = e.order_no AND o.order_type = 'urge'"""
    )
    op.execute("ALTER TABLE ticketing.order_events ENABLE TRIGGER append_only")
    op.execute("DELETE FROM ticketing.work_orders WHERE order_type = 'urge'")
    op.drop_table("refused_attempts", schema=SCHEMA)
    op.drop_column("order_events", "client", schema=SCHEMA)
    op.drop_column("order_events", "channel", schema=SCHEMA)


def _urges() -> None:
    op.create_table(
        "urges",
        sa.Column("urge_order_no", sa.Text(), nullable=False),
        sa.Column("target_order_no", sa.Text(), nullable=False),
        sa.Column("urge_no", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("worse_note", sa.Text(), nullable=True),
        sa.Column("status_told", sa.Text(), nullable=False),
        sa.Column("eta_told", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target_order_no"], ["ticketing.work_orders.order_no"], name=("fk_urges_target_order_no")
        ),
        sa.PrimaryKeyConstraint("urge_order_no", name=("pk_urges")),
        schema=SCHEMA,
    )
    op.create_index("ix_urges_target_order_no", "urges", ["target_order_no"], unique=False, schema=SCHEMA)
