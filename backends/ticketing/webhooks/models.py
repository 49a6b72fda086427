"""Tables of webhooks: who wants to hear what, and every telling with what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class Webhook(Base):
    """`events`: `order.*`, `outage.*`, or one event by name (`order.closed`)."""

    __tablename__ = "webhooks"

    webhook_id: Mapped[str] = mapped_column(Text, primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    events: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    is_active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(_When)


class Delivery(Base):
    """`status`: queued, sent, dead. The receiver knows a telling that comes twice by `delivery_id`."""

    __tablename__ = "webhook_deliveries"

    delivery_id: Mapped[str] = mapped_column(Text, primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("ticketing.webhooks.webhook_id"))
    event: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    status: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    last_problem: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(_When)
    done_at: Mapped[datetime | None] = mapped_column(_When)

    __table_args__ = (Index("ix_webhook_deliveries_webhook_id", "webhook_id", "at"),)
