"""Tables of arrears."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base

_When = sa.DateTime(timezone=True)


class Case(Base):
    """An account that is late, from its oldest late bill on; `stage` of `machine.STAGES`. One open case an account."""

    __tablename__ = "arrears_cases"
    __table_args__ = (
        sa.Index("uq_arrears_cases_open", "account_no", unique=True, postgresql_where=sa.text("closed_at IS NULL")),
        sa.Index("ix_arrears_cases_stage", "stage"),
    )

    case_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    due_date: Mapped[date]
    """Of the oldest bill that is late."""
    stage: Mapped[str] = mapped_column(sa.Text)
    approved_by: Mapped[str | None] = mapped_column(sa.Text)
    stop_at: Mapped[datetime | None] = mapped_column(_When)
    opened_at: Mapped[datetime] = mapped_column(_When)
    closed_at: Mapped[datetime | None] = mapped_column(_When)


class Step(Base):
    """What was done in a case, by whom. Append-only."""

    __tablename__ = "arrears_steps"
    __table_args__ = (sa.Index("ix_arrears_steps_case_no", "case_no", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey(Case.case_no))
    step: Mapped[str] = mapped_column(sa.Text)
    stage: Mapped[str] = mapped_column(sa.Text)
    actor: Mapped[str] = mapped_column(sa.Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(_When)


class Reminder(Base):
    """A reminder of a bill, once each (`days`: before or after the due date)."""

    __tablename__ = "reminders"

    bill_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)


class Reconnection(Base):
    """An order to switch on again: by when, when it happened, or what went wrong with the remote switch."""

    __tablename__ = "reconnections"
    __table_args__ = (sa.Index("ix_reconnections_account_no", "account_no", "ordered_at"),)

    order_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    payment_no: Mapped[str | None] = mapped_column(sa.Text)
    conversation_id: Mapped[str | None] = mapped_column(sa.Text)
    ordered_at: Mapped[datetime] = mapped_column(_When)
    due_by: Mapped[datetime] = mapped_column(_When)
    done_at: Mapped[datetime | None] = mapped_column(_When)
    problem: Mapped[str | None] = mapped_column(sa.Text)
