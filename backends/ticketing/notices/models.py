"""Tables of notices: what is said, who is to hear it, how far each delivery is, who asked for or declined notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)


class Notice(Base):
    """One thing to say, in words for the eye and for the ear. What happens to orders and outages is queued at once; an
    announcement begins as a draft that somebody else approves.

    `dedupe_key`: the same happening is said once. `follows`: the notice whose audience this one has, exactly.
    `status`: draft approved queued cancelled.
    """

    __tablename__ = "notices"

    notice_id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    template: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str | None] = mapped_column(Text)
    outage_no: Mapped[str | None] = mapped_column(Text)
    follows: Mapped[str | None] = mapped_column(ForeignKey("ticketing.notices.notice_id"))
    dedupe_key: Mapped[str | None] = mapped_column(Text, unique=True)
    text: Mapped[str] = mapped_column(Text)
    speech: Mapped[str] = mapped_column(Text)
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created_by: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str | None] = mapped_column(Text)
    cancelled_by: Mapped[str | None] = mapped_column(Text)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(_When)
    approved_at: Mapped[datetime | None] = mapped_column(_When)
    send_at: Mapped[datetime] = mapped_column(_When)
    queued_at: Mapped[datetime | None] = mapped_column(_When)
    cancelled_at: Mapped[datetime | None] = mapped_column(_When)

    __table_args__ = (
        Index("ix_notices_outage_no", "outage_no", "created_at"),
        Index("ix_notices_order_no", "order_no", "created_at"),
        Index("ix_notices_created_at", "created_at", "notice_id"),
    )


class AudienceEntry(Base):
    """A household somebody else knows of (billing, the utility): the list an announcement is given before it is
    approved. `fills` are what differs from household to household, such as an amount."""

    __tablename__ = "notice_audience"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("ticketing.notices.notice_id"))
    recipient: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    account_no: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    must_confirm: Mapped[bool] = mapped_column(Boolean)
    fills: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (UniqueConstraint("notice_id", "recipient"),)


class Delivery(Base):
    """One notice to one recipient (a phone, else `account:…`, `order:…`): queued sending sent delivered failed unknown
    suppressed.

    `taken_by` is the run of a worker that is sending it now; the run holds an advisory lock of that number, so that a
    dead one is known by its lock being free.
    """

    __tablename__ = "notice_deliveries"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("ticketing.notices.notice_id"))
    recipient: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    account_no: Mapped[str | None] = mapped_column(Text)
    order_no: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    is_urgent: Mapped[bool] = mapped_column(Boolean)
    must_confirm: Mapped[bool] = mapped_column(Boolean)
    fills: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    attempts: Mapped[int] = mapped_column(SmallInteger)
    next_at: Mapped[datetime | None] = mapped_column(_When)
    taken_by: Mapped[int | None] = mapped_column(Integer)
    receipt: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime] = mapped_column(_When)
    sent_at: Mapped[datetime | None] = mapped_column(_When)
    delivered_at: Mapped[datetime | None] = mapped_column(_When)
    confirmed_at: Mapped[datetime | None] = mapped_column(_When)

    __table_args__ = (
        UniqueConstraint("notice_id", "recipient"),
        Index("ix_notice_deliveries_due", "is_urgent", "id", postgresql_where=text("state = 'queued'")),
        Index("ix_notice_deliveries_open", "taken_by", postgresql_where=text("state IN ('sending', 'unknown')")),
        Index("ix_notice_deliveries_phone", "phone", "sent_at"),
    )

    @property
    def delivery_id(self) -> str:
        """What the channels know it by; unique beyond this database."""
        return f"{self.notice_id}.{self.id}"


class AreaSubscription(Base):
    """Somebody agreed to hear of a place or an account. `topic`: outage information care."""

    __tablename__ = "notice_subscriptions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    phone: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    community: Mapped[str | None] = mapped_column(Text)
    transformer_area: Mapped[str | None] = mapped_column(Text)
    building: Mapped[int | None] = mapped_column(Integer)
    account_no: Mapped[str | None] = mapped_column(Text)
    consent: Mapped[str] = mapped_column(Text)
    """How it was agreed to: `bot`, `desk`, `counter`, `sample`."""
    agreed_at: Mapped[datetime] = mapped_column(_When)
    ended_at: Mapped[datetime | None] = mapped_column(_When)

    __table_args__ = (
        Index(
            "uq_notice_subscriptions_running",
            "phone",
            "topic",
            text("coalesce(community, '')"),
            text("coalesce(transformer_area, '')"),
            text("coalesce(account_no, '')"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_notice_subscriptions_community", "community", postgresql_where=text("ended_at IS NULL")),
        Index(
            "ix_notice_subscriptions_transformer_area", "transformer_area", postgresql_where=text("ended_at IS NULL")
        ),
    )


class OptOut(Base):
    """This phone wants none of the notices that may be declined."""

    __tablename__ = "notice_opt_outs"

    phone: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)


class RecordedSend(Base):
    """What the recording double was given in place of a channel that does not exist yet; `times` counts how often."""

    __tablename__ = "recorded_sends"

    delivery_id: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text, index=True)
    text: Mapped[str] = mapped_column(Text)
    speech: Mapped[str] = mapped_column(Text)
    times: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(_When)
