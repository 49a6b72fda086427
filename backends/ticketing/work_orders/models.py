"""Tables of work orders: the order, its events and refused attempts (append-only), failed proofs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.machine import FINAL
from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class WorkOrder(Base):
    """One order of any type. Fields of its own type are in `details`, as `work_orders.details` models write them."""

    __tablename__ = "work_orders"

    order_no: Mapped[str] = mapped_column(Text, primary_key=True)
    order_type: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(Text)
    service_face: Mapped[str] = mapped_column(Text)
    caller_phone: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(_When)
    registered_at: Mapped[datetime] = mapped_column(_When)
    sent_at: Mapped[datetime] = mapped_column(_When)
    account_no: Mapped[str | None] = mapped_column(Text)
    community: Mapped[str | None] = mapped_column(Text)
    transformer_area: Mapped[str | None] = mapped_column(Text)
    area_kind: Mapped[str | None] = mapped_column(Text)
    contact_name: Mapped[str | None] = mapped_column(Text)
    contact_phone: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    address_key: Mapped[str | None] = mapped_column(Text)
    """The address without blanks and ornaments, for finding the same household again."""
    summary: Mapped[str] = mapped_column(Text)
    identity_level: Mapped[str] = mapped_column(Text)
    owner_team: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    tracker: Mapped[str | None] = mapped_column(Text)
    deadline_at: Mapped[datetime] = mapped_column(_When)
    clock_paused_s: Mapped[int] = mapped_column(Integer, default=0)
    paused_at: Mapped[datetime | None] = mapped_column(_When)
    urge_count: Mapped[int] = mapped_column(Integer, default=0)
    last_urged_at: Mapped[datetime | None] = mapped_column(_When)
    escalation_level: Mapped[int] = mapped_column(Integer, default=0)
    parent_order_no: Mapped[str | None] = mapped_column(Text)
    related_order_nos: Mapped[list[str]] = mapped_column(JSONB, default=list)
    attachment_keys: Mapped[list[str]] = mapped_column(JSONB, default=list)
    reopened_count: Mapped[int] = mapped_column(Integer, default=0)
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    closed_at: Mapped[datetime | None] = mapped_column(_When)
    close_reason: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Text)
    """The customer's tariff category (domain/billing.md 2.1), where whoever files knows it; as is `user_kind`."""
    user_kind: Mapped[str | None] = mapped_column(Text)
    process: Mapped[str | None] = mapped_column(Text)
    """The process version it is worked by, `apply.home@1`."""
    partner: Mapped[str | None] = mapped_column(Text)
    """Whose platform it came from, when it was not ours."""
    idempotency_key: Mapped[str] = mapped_column(Text, unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    query_code: Mapped[str | None] = mapped_column(Text, unique=True)
    """Whistle-blowing only: what the reporter may ask with."""
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    __table_args__ = (
        Index("ix_work_orders_account_no", "account_no", "registered_at"),
        Index("ix_work_orders_contact_phone", "contact_phone", "registered_at"),
        Index("ix_work_orders_address_key", "address_key", "registered_at"),
        Index("ix_work_orders_parent_order_no", "parent_order_no"),
        Index("ix_work_orders_transformer_area", "transformer_area", "registered_at"),
        Index("ix_work_orders_community", "community", "registered_at"),
        Index("ix_work_orders_partner", "partner", "registered_at", postgresql_where=text("partner IS NOT NULL")),
        Index("ix_work_orders_registered_at", "registered_at", "order_no"),
        Index("ix_work_orders_queue", "status", "priority", "deadline_at"),
    )

    @property
    def is_open(self) -> bool:
        return self.status not in FINAL


class OrderEvent(Base):
    """One change: when, who, which event, from state to state, why, and through which door. The database refuses to
    change or drop a row."""

    __tablename__ = "order_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("ticketing.work_orders.order_no"), index=True)
    at: Mapped[datetime] = mapped_column(_When)
    actor: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    from_status: Mapped[str | None] = mapped_column(Text)
    to_status: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    """How a customer said it; None when nobody outside spoke."""
    client: Mapped[str | None] = mapped_column(Text)
    """Which program wrote it: one of ours, `service` for another one, `ticketing` for our own rules."""
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class RefusedAttempt(Base):
    """Somebody wanted what is not theirs: a state change by the wrong role, or a claim to a role that is not the
    caller's. Kept in a transaction of its own; the database refuses to change or drop a row. `order_no` may name an
    outage too."""

    __tablename__ = "refused_attempts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)
    order_no: Mapped[str] = mapped_column(Text)
    status: Mapped[str | None] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    client: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_refused_attempts_order_no", "order_no", "at"),)


class FailedProof(Base):
    """Somebody showed the wrong last four digits for this order; too many of them lock it for a while."""

    __tablename__ = "failed_proofs"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_no: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(_When)

    __table_args__ = (Index("ix_failed_proofs_order_no", "order_no", "at"),)
