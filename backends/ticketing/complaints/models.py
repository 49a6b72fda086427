"""Tables of complaints: how each was classed and who may not handle it, outside authorities told, alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)
_Order = "ticketing.work_orders.order_no"


class ComplaintFile(Base):
    """What a complaint has beside its order: the main class stands in the order, the others here."""

    __tablename__ = "complaint_files"

    order_no: Mapped[str] = mapped_column(ForeignKey(_Order), primary_key=True)
    suggested_class: Mapped[str | None] = mapped_column(Text)
    """What the words suggest where the customer named no class."""
    sub_class: Mapped[str | None] = mapped_column(Text)
    side_classes: Mapped[list[str]] = mapped_column(JSONB, default=list)
    department: Mapped[str] = mapped_column(Text)
    major_reasons: Mapped[list[str]] = mapped_column(JSONB, default=list)
    people_count: Mapped[int | None] = mapped_column(Integer)
    is_supervised: Mapped[bool] = mapped_column(Boolean, default=False)
    """Came through the supervision line, straight to the supervisor."""


class OutsideReferral(Base):
    """The customer was told which authority outside may be asked; append-only."""

    __tablename__ = "outside_referrals"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey(_Order), index=True)
    at: Mapped[datetime] = mapped_column(_When)
    authority: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)


class Alarm(Base):
    """Something a supervisor must see; append-only. `what` names nobody outside the house."""

    __tablename__ = "alarms"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)
    kind: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    __table_args__ = (Index("ix_alarms_at", "at", "id"), Index("ix_alarms_order_no", "order_no"))
