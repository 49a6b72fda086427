"""Table of looks: which member of staff opened whose line, and what for. Append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base


class Look(Base):
    __tablename__ = "timeline_looks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_no: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index("ix_timeline_looks_account_no", "account_no", "at"),
        Index("ix_timeline_looks_actor", "actor", "at"),
    )
