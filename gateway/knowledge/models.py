"""The tables of the schema `knowledge`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, ForeignKey, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import metadata_for
from kit.idempotency import idempotency_table

SCHEMA = "knowledge"


class Base(DeclarativeBase):
    metadata = metadata_for(SCHEMA)


idempotency_keys = idempotency_table(Base.metadata)
_When = DateTime(timezone=True)


class EntryRow(Base):
    """An entry as it stands. `seed_hash`: of the packaged entry it is a copy of; None once a keeper has changed it."""

    __tablename__ = "entries"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    variants: Mapped[list[str]] = mapped_column(JSONB)
    paraphrases: Mapped[list[str]] = mapped_column(JSONB)
    answer_text: Mapped[str] = mapped_column(Text)
    answer_voice: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    audience: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    related: Mapped[list[str]] = mapped_column(JSONB)
    next_action: Mapped[str | None] = mapped_column(Text)
    review_by: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(_When)
    seed_hash: Mapped[str | None] = mapped_column(Text)


class VersionRow(Base):
    """How an entry stood after each change; never altered."""

    __tablename__ = "versions"

    entry_id: Mapped[str] = mapped_column(Text, ForeignKey(f"{SCHEMA}.entries.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changed_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(_When)


class RatingRow(Base):
    """One 有用 or 无用, of the version that was shown."""

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_entry_id_version", "entry_id", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    entry_id: Mapped[str] = mapped_column(Text, ForeignKey(f"{SCHEMA}.entries.id"))
    version: Mapped[int] = mapped_column(Integer)
    is_useful: Mapped[bool] = mapped_column(Boolean)
    rated_at: Mapped[datetime] = mapped_column(_When)


class UnansweredRow(Base):
    """A masked question nobody could answer."""

    __tablename__ = "unanswered"
    __table_args__ = (Index("ix_unanswered_state_asked", "state", "asked"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    asked: Mapped[int] = mapped_column(Integer)
    last_asked_at: Mapped[datetime] = mapped_column(_When)
    state: Mapped[str] = mapped_column(Text)


class Revision(Base):
    """One row: raised by every change of an entry, so that each process sees when its index is old."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
