"""Table of invoices."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base


class Invoice(Base):
    """`status`: issued, reversed, or reversal: a row of its own, negative, that names what it `reverses`."""

    __tablename__ = "invoices"
    __table_args__ = (
        sa.Index("ix_invoices_account_no", "account_no", "issued_at"),
        sa.Index("uq_invoices_bill", "bill_no", unique=True, postgresql_where=sa.text("status = 'issued'")),
    )

    invoice_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """FP + day + four digits."""
    account_no: Mapped[str] = mapped_column(sa.Text)
    bill_no: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    tax_no: Mapped[str | None] = mapped_column(sa.Text)
    bank: Mapped[str | None] = mapped_column(sa.Text)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    energy_kwh: Mapped[int]
    email: Mapped[str | None] = mapped_column(sa.Text)
    consent: Mapped[str | None] = mapped_column(sa.Text)
    """How the holder agreed to another name: `holder_confirmed`, `lease`."""
    status: Mapped[str] = mapped_column(sa.Text)
    reverses: Mapped[str | None] = mapped_column(sa.Text)
    issued_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
