"""Tables of bill runs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base

_When = sa.DateTime(timezone=True)


class BillRun(Base):
    """One month; started again it takes up what is not billed yet."""

    __tablename__ = "bill_runs"

    run_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    month: Mapped[str] = mapped_column(sa.Text, unique=True)
    started_at: Mapped[datetime] = mapped_column(_When)
    started_by: Mapped[str] = mapped_column(sa.Text)
    finished_at: Mapped[datetime | None] = mapped_column(_When)


class Chunk(Base):
    """Accounts `first_no`…`last_no`; taken under a lock, so a process that dies leaves it as it was."""

    __tablename__ = "bill_run_chunks"

    run_id: Mapped[str] = mapped_column(sa.ForeignKey(BillRun.run_id, ondelete="CASCADE"), primary_key=True)
    first_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    last_no: Mapped[str] = mapped_column(sa.Text)
    accounts: Mapped[int]
    billed: Mapped[int | None]
    held: Mapped[int | None]
    done_at: Mapped[datetime | None] = mapped_column(_When)


class HeldBill(Base):
    """An account whose bill was not made: a person looks first."""

    __tablename__ = "held_bills"

    account_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    month: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    code: Mapped[str] = mapped_column(sa.Text)
    detail: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(_When)
