"""Tables of checks: the sheet as it was signed, and each finding until it is put right."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class CheckSheet(Base):
    """Never changed once written. `subject`: a hall's name, or an equipment number."""

    __tablename__ = "check_sheets"

    sheet_no: Mapped[str] = mapped_column(Text, primary_key=True)
    checklist: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str | None] = mapped_column(ForeignKey("ticketing.work_orders.order_no"))
    checked_by: Mapped[list[Any]] = mapped_column(JSONB)
    results: Mapped[dict[str, Any]] = mapped_column(JSONB)
    score: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(_When)

    __table_args__ = (Index("ix_check_sheets_subject", "subject", "at"),)


class Finding(Base):
    """Something that was not in order, by when it must be, and when somebody saw that it is."""

    __tablename__ = "check_findings"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    sheet_no: Mapped[str] = mapped_column(ForeignKey("ticketing.check_sheets.sheet_no"))
    item: Mapped[str] = mapped_column(Text)
    aspect: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    mend_by: Mapped[date]
    mended_at: Mapped[datetime | None] = mapped_column(_When)
    mended_note: Mapped[str | None] = mapped_column(Text)
    seen_by: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("sheet_no", "item"),)
