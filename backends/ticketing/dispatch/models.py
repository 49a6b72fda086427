"""Tables of dispatch: crews, when they are away, and every offer made to them with what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)
_Crew = "ticketing.crews.crew_no"


class Crew(Base):
    """`districts`: its own first, then those it helps in, the nearest first. `duty`: spans of the day it works,
    `{"from": "20:00", "to": "08:00"}`, `to` not included. `members`: badge numbers, the leader first."""

    __tablename__ = "crews"

    crew_no: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    districts: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    skills: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    duty: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    members: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    phone: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(Boolean)


class Absence(Base):
    """A time in which a crew does not work although its duty says so."""

    __tablename__ = "crew_absences"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    crew_no: Mapped[str] = mapped_column(ForeignKey(_Crew))
    starts_at: Mapped[datetime] = mapped_column(_When)
    ends_at: Mapped[datetime] = mapped_column(_When)
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_crew_absences_crew_no", "crew_no", "ends_at"),
    )


class Offer(Base):
    """One order offered to one crew. `outcome`: None while it waits, accepted declined silent withdrawn done."""

    __tablename__ = "crew_offers"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("ticketing.work_orders.order_no"))
    crew_no: Mapped[str] = mapped_column(ForeignKey(_Crew))
    offered_at: Mapped[datetime] = mapped_column(_When)
    answer_by: Mapped[datetime] = mapped_column(_When)
    answered_at: Mapped[datetime | None] = mapped_column(_When)
    outcome: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_crew_offers_order_no", "order_no"),
        Index(
            "ix_crew_offers_crew_no",
            "crew_no",
            "order_no",
            postgresql_where=text("outcome IS NULL OR outcome = 'accepted'"),
        ),
        Index("uq_crew_offers_open", "order_no", unique=True, postgresql_where=text("outcome IS NULL")),
    )
