"""Tables of payments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base

_When = sa.DateTime(timezone=True)


class PayLink(Base):
    """A link somebody may pay by, as its hash. `status`: open, paid, cancelled; past `expires_at` it is over."""

    __tablename__ = "pay_links"
    __table_args__ = (sa.Index("ix_pay_links_account_no", "account_no", "created_at"),)

    link_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.Text, unique=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    conversation_id: Mapped[str | None] = mapped_column(sa.Text)
    """Who asked for it and is told when it is paid."""
    status: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(_When)
    expires_at: Mapped[datetime] = mapped_column(_When)


class Payment(Base):
    """Money that came in, once each (`provider`, `provider_ref`).

    `status`: posted; returned (given back whole); moved (it was for another account); unclear (no account of ours).
    """

    __tablename__ = "payments"
    __table_args__ = (
        sa.UniqueConstraint("provider", "provider_ref"),
        sa.Index("ix_payments_account_no", "account_no", "paid_at"),
        sa.Index("ix_payments_paid_on", "provider", "paid_on"),
    )

    payment_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str | None] = mapped_column(sa.Text)
    channel: Mapped[str] = mapped_column(sa.Text)
    provider: Mapped[str] = mapped_column(sa.Text)
    provider_ref: Mapped[str] = mapped_column(sa.Text)
    link_id: Mapped[str | None] = mapped_column(sa.Text)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    paid_at: Mapped[datetime] = mapped_column(_When)
    paid_on: Mapped[date]
    posted_at: Mapped[datetime] = mapped_column(_When)
    status: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str | None] = mapped_column(sa.Text)


class Allocation(Base):
    """Where the fen of a payment went: `principal` or `late_fee` of a bill, `credit` or `prepaid` of the account.

    Negative where it was taken back.
    """

    __tablename__ = "allocations"
    __table_args__ = (
        sa.Index("ix_allocations_bill_no", "bill_no"),
        sa.Index("ix_allocations_payment_no", "payment_no"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    payment_no: Mapped[str | None] = mapped_column(sa.Text)
    """None: out of the credit balance."""
    bill_no: Mapped[str | None] = mapped_column(sa.Text)
    part: Mapped[str] = mapped_column(sa.Text)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    on_day: Mapped[date]


class Notification(Base):
    """Every notification of a provider, as it came, with what was done: posted, repeated, refused."""

    __tablename__ = "pay_notifications"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    provider: Mapped[str] = mapped_column(sa.Text)
    provider_ref: Mapped[str | None] = mapped_column(sa.Text)
    outcome: Mapped[str] = mapped_column(sa.Text)
    problem: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(_When)


class Reconciliation(Base):
    """A provider's file of a day beside our books: what agreed, what is missing on either side, what differs."""

    __tablename__ = "reconciliations"
    __table_args__ = (sa.UniqueConstraint("provider", "day", "sha256"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    provider: Mapped[str] = mapped_column(sa.Text)
    day: Mapped[date]
    sha256: Mapped[str] = mapped_column(sa.Text)
    agreed: Mapped[int]
    posted_late: Mapped[list[Any]] = mapped_column(JSONB)
    only_ours: Mapped[list[Any]] = mapped_column(JSONB)
    differing: Mapped[list[Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(_When)


class Refund(Base):
    """Money given back: asked for, approved by somebody else, sent through the provider it came by."""

    __tablename__ = "refunds"
    __table_args__ = (sa.Index("ix_refunds_account_no", "account_no"),)

    refund_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    payment_no: Mapped[str | None] = mapped_column(sa.Text)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.Text)
    """asked, approved, sent."""
    asked_by: Mapped[str] = mapped_column(sa.Text)
    approved_by: Mapped[str | None] = mapped_column(sa.Text)
    asked_at: Mapped[datetime] = mapped_column(_When)
    sent_at: Mapped[datetime | None] = mapped_column(_When)
