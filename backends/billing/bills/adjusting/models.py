"""Table of corrections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base


class Adjustment(Base):
    """退补: what a bill was wrong by, fen; negative is given back. `lines` are those of the right bill.

    What is given back goes to the balance at once; what is still owed waits for the next bill (`billed_with`).
    """

    __tablename__ = "adjustments"
    __table_args__ = (
        sa.Index("ix_adjustments_account_no", "account_no", "at"),
        sa.Index("ix_adjustments_bill_no", "bill_no"),
    )

    adjustment_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text)
    bill_no: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    billed_with: Mapped[str | None] = mapped_column(sa.Text)
    approved_by: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
