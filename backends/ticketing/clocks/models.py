"""Tables of clocks: every promise an order runs on, and who had to hear that one was in danger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class Clock(Base):
    """One promise of one order or outage. It has ended when it was met or stopped; what ended stays as history.

    `next_at` is the next moment at which something has to happen: None while it stands, and when nothing is left.
    """

    __tablename__ = "clocks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_no: Mapped[str] = mapped_column(Text)
    """An order's number, or an outage's."""
    kind: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(_When)
    due_at: Mapped[datetime] = mapped_column(_When)
    warn_at: Mapped[datetime | None] = mapped_column(_When)
    over_half_at: Mapped[datetime] = mapped_column(_When)
    """Half as much again as was promised has passed."""
    paused_at: Mapped[datetime | None] = mapped_column(_When)
    paused_reason: Mapped[str | None] = mapped_column(Text)
    paused_s: Mapped[int] = mapped_column(Integer, default=0)
    met_at: Mapped[datetime | None] = mapped_column(_When)
    stopped_at: Mapped[datetime | None] = mapped_column(_When)
    warned_at: Mapped[datetime | None] = mapped_column(_When)
    breached_at: Mapped[datetime | None] = mapped_column(_When)
    breached_half_at: Mapped[datetime | None] = mapped_column(_When)
    next_at: Mapped[datetime | None] = mapped_column(_When)

    __table_args__ = (
        Index("ix_clocks_next_at", "next_at", postgresql_where="next_at IS NOT NULL"),
        Index(
            "uq_clocks_running",
            "order_no",
            "kind",
            unique=True,
            postgresql_where="met_at IS NULL AND stopped_at IS NULL",
        ),
        Index("ix_clocks_order_no", "order_no", "id"),
        CheckConstraint("paused_s >= 0", name="never_negative"),
    )

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.stopped_at is None


class Escalation(Base):
    """Somebody higher had to hear of an order: 0 the team's alarm, 1 its lead, 2 shift leader and department, 3 the
    management. `act_by`: by when the customer must have it in writing (level 3). Open until the order is finished."""

    __tablename__ = "escalations"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)
    order_no: Mapped[str] = mapped_column(Text)
    order_type: Mapped[str] = mapped_column(Text)
    team: Mapped[str] = mapped_column(Text)
    level: Mapped[int] = mapped_column(Integer)
    told: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    clock: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime | None] = mapped_column(_When)
    act_by: Mapped[datetime | None] = mapped_column(_When)
    closed_at: Mapped[datetime | None] = mapped_column(_When)

    __table_args__ = (
        Index("ix_escalations_order_no", "order_no"),
        Index("ix_escalations_open", "team", "id", postgresql_where="closed_at IS NULL"),
    )
