"""Table of opinions left at halls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base


class Opinion(Base):
    """`order_no` is the suggestion, complaint or praise it became."""

    __tablename__ = "hall_opinions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    hall: Mapped[str] = mapped_column(Text)
    aspect: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str] = mapped_column(ForeignKey("ticketing.work_orders.order_no"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_hall_opinions_hall", "hall", "at"),)
