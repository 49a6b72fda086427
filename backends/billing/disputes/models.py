"""Table of disputes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base

_When = sa.DateTime(timezone=True)


class Dispute(Base):
    """`cause`: why it was wrong, once settled; `error_percent`: what a tested meter was off by (positive: too fast)."""

    __tablename__ = "disputes"
    __table_args__ = (
        sa.Index("uq_disputes_open", "bill_no", unique=True, postgresql_where=sa.text("settled_at IS NULL")),
        sa.Index("ix_disputes_account_no", "account_no", "opened_at"),
    )

    dispute_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    bill_no: Mapped[str] = mapped_column(sa.Text)
    facts: Mapped[str] = mapped_column(sa.Text)
    opened_at: Mapped[datetime] = mapped_column(_When)
    answer_by: Mapped[datetime] = mapped_column(_When)
    outcome: Mapped[str | None] = mapped_column(sa.Text)
    cause: Mapped[str | None] = mapped_column(sa.Text)
    error_percent: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 2))
    reply: Mapped[str | None] = mapped_column(sa.Text)
    settled_by: Mapped[str | None] = mapped_column(sa.Text)
    settled_at: Mapped[datetime | None] = mapped_column(_When)
