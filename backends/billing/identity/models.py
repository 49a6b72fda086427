"""Codes sent and tried, and what a simulated SMS centre was given."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base


class Challenge(Base):
    __tablename__ = "identity_challenges"

    challenge_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    code_hash: Mapped[str] = mapped_column(sa.Text)
    expires_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))


class Failure(Base):
    """One wrong phone tail, code or account; three of them lock."""

    __tablename__ = "identity_failures"
    __table_args__ = (
        sa.Index("ix_identity_failures_account_no", "account_no", "at"),
        sa.Index("ix_identity_failures_subject", "subject", "at"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Sms(Base):
    """Outbox of short messages. Sending is simulated: a row here is all that happens, nothing leaves the house."""

    __tablename__ = "sms_outbox"

    sms_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    phone: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    purpose: Mapped[str] = mapped_column(sa.Text)
    queued_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    sent_by: Mapped[str] = mapped_column(sa.Text)
