"""Table of processes: who put which version into use, or took it out, and on the strength of what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base


class Publication(Base):
    """The newest row of a version says whether it is in use; without a row its `published_on` does."""

    __tablename__ = "process_publications"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    is_published: Mapped[bool] = mapped_column(Boolean)
    checklist: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_process_publications_code", "code", "id"),)
