"""Tables of outages: the outage, its events (append-only), who wants to hear of its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.machine import FINAL
from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class Outage(Base):
    """A place without power, running or planned. `buildings` are ranges [[1, 9]], both ends included; empty: all."""

    __tablename__ = "outages"

    outage_no: Mapped[str] = mapped_column(Text, primary_key=True)
    outage_kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(Integer, default=3)
    community: Mapped[str] = mapped_column(Text, index=True)
    district: Mapped[str | None] = mapped_column(Text)
    transformer_areas: Mapped[list[str]] = mapped_column(JSONB, default=list)
    buildings: Mapped[list[list[int]]] = mapped_column(JSONB, default=list)
    area_kind: Mapped[str] = mapped_column(Text)
    reason_public: Mapped[str] = mapped_column(Text)
    affected_count: Mapped[int] = mapped_column(Integer)
    declared_by: Mapped[str] = mapped_column(Text)
    crew_team: Mapped[str] = mapped_column(Text)
    first_reported_at: Mapped[datetime] = mapped_column(_When)
    registered_at: Mapped[datetime] = mapped_column(_When)
    on_site_by: Mapped[datetime] = mapped_column(_When)
    on_site_at: Mapped[datetime | None] = mapped_column(_When)
    off_at: Mapped[datetime | None] = mapped_column(_When)
    on_at: Mapped[datetime | None] = mapped_column(_When)
    eta_restore_at: Mapped[datetime | None] = mapped_column(_When)
    eta_updated_at: Mapped[datetime | None] = mapped_column(_When)
    eta_confidence: Mapped[str | None] = mapped_column(Text)
    restored_at: Mapped[datetime | None] = mapped_column(_When)
    closed_at: Mapped[datetime | None] = mapped_column(_When)
    close_reason: Mapped[str | None] = mapped_column(Text)
    merged_into: Mapped[str | None] = mapped_column(Text)
    """The older outage this one went into."""
    announced_at: Mapped[datetime | None] = mapped_column(_When)
    """When a postponed one was announced anew; else it is announced by being registered."""
    start_refused_at: Mapped[datetime | None] = mapped_column(_When)
    """Its hour had come, but it had not been announced in time: the power stays on until a person has decided."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    __table_args__ = (
        Index("ix_outages_transformer_areas", "transformer_areas", postgresql_using="gin"),
        Index("ix_outages_status", "status", "off_at"),
    )

    @property
    def is_open(self) -> bool:
        return self.status not in FINAL


class OutageEvent(Base):
    __tablename__ = "outage_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    outage_no: Mapped[str] = mapped_column(ForeignKey("ticketing.outages.outage_no"), index=True)
    at: Mapped[datetime] = mapped_column(_When)
    actor: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    from_status: Mapped[str | None] = mapped_column(Text)
    to_status: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class Subscription(Base):
    """Tell this phone of this outage and its end; what it is told are deliveries of `notices`."""

    __tablename__ = "outage_subscriptions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    outage_no: Mapped[str] = mapped_column(ForeignKey("ticketing.outages.outage_no"))
    phone: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_When)

    __table_args__ = (UniqueConstraint("outage_no", "phone"),)
