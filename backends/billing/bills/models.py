"""Bills as they were issued: headline figures in columns, what they were made of beside them."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.accounts.models import Account
from backends.billing.models import Base


class IssuedBill(Base):
    __tablename__ = "bills"
    __table_args__ = (sa.UniqueConstraint("account_no", "month"),)

    bill_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    """ZD + year and month + account + two digits (domain/billing.md 3.6)."""
    account_no: Mapped[str] = mapped_column(sa.ForeignKey(Account.account_no, ondelete="CASCADE"))
    month: Mapped[str] = mapped_column(sa.Text)
    period_from: Mapped[date]
    period_to: Mapped[date]
    energy_kwh: Mapped[int]
    bill_amount_fen: Mapped[int]
    payable_fen: Mapped[int]
    """What is to be paid: the amount, less export income where a roof feeds in; never below zero."""
    paid_fen: Mapped[int]
    issued_on: Mapped[date]
    due_date: Mapped[date]
    cancelled: Mapped[bool]
    is_fee_frozen: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    """A dispute is open: no late fee is asked for until it is settled."""
    run_id: Mapped[str | None] = mapped_column(sa.Text)
    ytd_kwh_after: Mapped[int | None]
    adjustment_fen: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    """Corrections of earlier bills that came with this one; part of `payable_fen`."""
    is_estimated: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Terms, period and readings in the spelling of domain/billing-cases.json; the engine gives the same bill again."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
