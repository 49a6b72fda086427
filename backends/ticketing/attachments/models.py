"""The table of attachments; the bytes are on disk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base


class Attachment(Base):
    """One file of one order. `key` is what the order lists and the file's name on disk."""

    __tablename__ = "attachments"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("ticketing.work_orders.order_no"))
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    brought_by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_attachments_order_no", "order_no"),)
