"""Tables of whistle-blowing beside the order: whom it is about, what the inspector may read, who looked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class WhistleCase(Base):
    """`reported_parties` are names of people, teams, departments that have no right on this order, and their direct
    superiors."""

    __tablename__ = "whistle_cases"

    order_no: Mapped[str] = mapped_column(ForeignKey("ticketing.work_orders.order_no"), primary_key=True)
    channel_apart: Mapped[str | None] = mapped_column(Text)
    """The team that alone may have it (conduct, contracting)."""
    reported_parties: Mapped[list[str]] = mapped_column(JSONB, default=list)
    redacted_what: Mapped[str | None] = mapped_column(Text)
    redacted_where: Mapped[str | None] = mapped_column(Text)
    redacted_by: Mapped[str | None] = mapped_column(Text)
    redacted_at: Mapped[datetime | None] = mapped_column(_When)


class RestrictedLook(Base):
    """Somebody asked for a restricted order, and got it or not; append-only."""

    __tablename__ = "restricted_looks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)
    order_no: Mapped[str] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    doing: Mapped[str] = mapped_column(Text)
    is_allowed: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_restricted_looks_order_no", "order_no", "at"),)
