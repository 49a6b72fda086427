"""The table of imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class Import(Base):
    """One file. `rows` holds what is not done yet's source and is emptied at the end; `refused`: `{row, problem}`."""

    __tablename__ = "imports"

    import_no: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    filed: Mapped[int] = mapped_column(Integer, default=0)
    known: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    rows: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    at: Mapped[datetime] = mapped_column(_When)
    finished_at: Mapped[datetime | None] = mapped_column(_When)
