"""What the rule cannot decide by itself: a stored proposal with its reason, for a person to accept or reject."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class Proposal(Base):
    """`join_report`: make `subject_no` (a report) a member of the outage. `merge_outages`: `subject_no` is the younger
    outage that would go into it. Once decided it stays, as the record of who judged what."""

    __tablename__ = "outage_proposals"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    outage_no: Mapped[str] = mapped_column(ForeignKey("ticketing.outages.outage_no"))
    subject_no: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, default="open")
    created_at: Mapped[datetime] = mapped_column(_When)
    decided_at: Mapped[datetime | None] = mapped_column(_When)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("uq_outage_proposals_pair", "outage_no", "subject_no", unique=True),
        Index("ix_outage_proposals_status", "status", "id"),
    )
