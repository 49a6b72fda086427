"""Tables of the ledger. The database refuses to change or drop a row, and a movement that does not sum to zero."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base


class Movement(Base):
    """One movement of money. (`kind`, `ref`) is what it stands for: the same twice is once."""

    __tablename__ = "movements"
    __table_args__ = (
        sa.UniqueConstraint("kind", "ref"),
        sa.Index("ix_movements_account_no", "account_no", "movement_id"),
    )

    movement_id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text)
    ref: Mapped[str] = mapped_column(sa.Text)
    account_no: Mapped[str | None] = mapped_column(sa.Text)
    memo: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Posting(Base):
    """One line: fen, debit positive. `book` is one of `posting.BOOKS`."""

    __tablename__ = "postings"

    movement_id: Mapped[int] = mapped_column(sa.ForeignKey(Movement.movement_id), primary_key=True)
    book: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str | None] = mapped_column(sa.Text)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    __table_args__ = (sa.Index("ix_postings_account_no", "account_no", "book"),)
