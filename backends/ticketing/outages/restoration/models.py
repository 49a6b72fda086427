"""Is the power back at each member's home? One question a member, with where it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class RestorationCheck(Base):
    """The question to one member. `step`: message sms call person done; `answer`: yes no silent, None while open.
    Asked anew after the outage came back, `round` counts."""

    __tablename__ = "restoration_checks"

    order_no: Mapped[str] = mapped_column(ForeignKey("ticketing.work_orders.order_no"), primary_key=True)
    outage_no: Mapped[str] = mapped_column(ForeignKey("ticketing.outages.outage_no"))
    round: Mapped[int] = mapped_column(Integer, default=1)
    step: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(_When)
    stepped_at: Mapped[datetime] = mapped_column(_When)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(_When)
    new_order_no: Mapped[str | None] = mapped_column(Text)
    """The report of its own that a "no" became."""

    __table_args__ = (Index("ix_restoration_checks_outage_no", "outage_no", "answer", "answered_at"),)
