"""Tables of the schema `ivr`: calls, and the answer given to each of their webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import metadata_for

AWARE = sa.DateTime(timezone=True)


class Base(DeclarativeBase):
    metadata = metadata_for("ivr")
    type_annotation_map = {datetime: AWARE, dict[str, Any]: JSONB, list[Any]: JSONB, str: sa.Text}  # noqa: RUF012


class Call(Base):
    """One telephone call, kept by the provider's id of it; two calls of one number are two calls.

    `step` counts documents: every document has its own number in the URLs it points to, so a webhook that comes twice
    is known. `expects` is what the bot waits for, `mood` what the phone itself is doing around it.
    """

    __tablename__ = "calls"

    call_id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str | None]
    caller_phone: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="open")
    step: Mapped[int] = mapped_column(default=0)
    mood: Mapped[str] = mapped_column(default="talk")
    expects: Mapped[str] = mapped_column(default="free")
    silences: Mapped[int] = mapped_column(default=0)
    misses: Mapped[int] = mapped_column(default=0)
    polls: Mapped[int] = mapped_column(default=0)
    heard_seq: Mapped[int] = mapped_column(default=0)
    pending_seq: Mapped[int | None]
    unsure_text: Mapped[str | None]
    notice_place: Mapped[str | None]
    last_said: Mapped[list[Any]]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Webhook(Base):
    """One step of a call: what it was taken for, and the document it got. Same step, same document."""

    __tablename__ = "webhooks"

    call_id: Mapped[str] = mapped_column(sa.ForeignKey("ivr.calls.call_id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[dict[str, Any]]
    document: Mapped[str | None]
    received_at: Mapped[datetime]
