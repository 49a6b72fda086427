"""Tables of meetings."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base


class Meeting(Base):
    __tablename__ = "meetings"

    meeting_no: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    """forum (座谈会), committee (用户委员会) or plan (年度计划征集)."""
    title: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    held_on: Mapped[date]
    minutes: Mapped[str | None] = mapped_column(Text)


class Topic(Base):
    """What was raised, and the suggestion it became; whether it is adopted is read from that order."""

    __tablename__ = "meeting_topics"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    meeting_no: Mapped[str] = mapped_column(ForeignKey("ticketing.meetings.meeting_no"))
    title: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str] = mapped_column(ForeignKey("ticketing.work_orders.order_no"))

    __table_args__ = (Index("ix_meeting_topics_meeting_no", "meeting_no", "id"),)
