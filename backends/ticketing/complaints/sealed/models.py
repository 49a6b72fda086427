"""The sealed store: who blew the whistle, who asked to see it, who saw it (domain/work-orders.md 9).

A schema and a metadata of its own: no query of the orders can join it by a relationship, a dump of the ticketing schema
does not hold it, and a utility gives it to another database role (docs/adr/0060).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import metadata_for

SEALED_SCHEMA = "ticketing_sealed"
_When = DateTime(timezone=True)


class SealedBase(DeclarativeBase):
    metadata = metadata_for(SEALED_SCHEMA)


class SealedReporter(SealedBase):
    """One reporter. `told` keeps the words as they were said where these named the reporter; `sealed_at` is when the
    store was closed for good, thirty days after the case."""

    __tablename__ = "sealed_reporters"

    reporter_ref: Mapped[str] = mapped_column(Text, primary_key=True)
    contact_name: Mapped[str | None] = mapped_column(Text)
    contact_phone: Mapped[str | None] = mapped_column(Text)
    wants_reply: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(_When)
    told: Mapped[str | None] = mapped_column(Text)
    sealed_at: Mapped[datetime | None] = mapped_column(_When)


class IdentityRequest(SealedBase):
    """A wish to see one reporter. `status`: waiting approved refused looked expired."""

    __tablename__ = "identity_requests"

    request_no: Mapped[str] = mapped_column(Text, primary_key=True)
    order_no: Mapped[str] = mapped_column(Text, index=True)
    reporter_ref: Mapped[str] = mapped_column(ForeignKey(f"{SEALED_SCHEMA}.sealed_reporters.reporter_ref"))
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(_When)
    reason: Mapped[str] = mapped_column(Text)
    judicial_ref: Mapped[str | None] = mapped_column(Text)
    """Number of the written order of a court or prosecutor: the only way after sealing."""
    status: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(_When)


class IdentityLook(SealedBase):
    """One step towards an identity, allowed or not; the database refuses to change or drop a row."""

    __tablename__ = "identity_looks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)
    order_no: Mapped[str] = mapped_column(Text)
    request_no: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_identity_looks_order_no", "order_no", "at"),)
