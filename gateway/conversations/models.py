"""Tables of the schema `conversations`: the talk, its transcript, its inbox, and who owned it when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import metadata_for

AWARE = sa.DateTime(timezone=True)


class Base(DeclarativeBase):
    metadata = metadata_for("conversations")
    type_annotation_map = {datetime: AWARE, dict[str, Any]: JSONB, list[Any]: JSONB, str: sa.Text}  # noqa: RUF012


class Conversation(Base):
    """One talk. Whoever changes it holds this row's lock, so places in the transcript and owners never race."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    visitor_id: Mapped[str | None]
    caller_phone: Mapped[str | None]
    open_key: Mapped[str | None]
    owner: Mapped[str]
    agent_id: Mapped[str | None]
    agent_name: Mapped[str | None]
    reason: Mapped[str | None]
    skill: Mapped[str | None]
    summary: Mapped[str | None]
    emergency: Mapped[str | None]
    waiting_since: Mapped[datetime | None]
    identity_level: Mapped[str] = mapped_column(default="L0")
    identity_last4: Mapped[str | None]
    identity_until: Mapped[datetime | None]
    learnt: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expects: Mapped[str] = mapped_column(default="free")
    last_seq: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    active_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # The mailbox: who works on this talk, until when, and the fence a write must carry. Lease times are the
    # database's own clock, because they measure whether a process is alive and must not move with the house clock.
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(sa.BigInteger, default=0)


class Entry(Base):
    """The inbox: one accepted input. `id` is the key of the bot's turn, so asking again never runs it twice."""

    __tablename__ = "inbox"

    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    message_key: Mapped[str]
    kind: Mapped[str]
    value: Mapped[str]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    accepted_at: Mapped[datetime]
    is_slow_told: Mapped[bool] = mapped_column(default=False)
    done_at: Mapped[datetime | None]
    done_owner: Mapped[str | None]
    done_expects: Mapped[str | None]
    nlu: Mapped[dict[str, Any] | None]


class Line(Base):
    """The transcript, append-only. `reply_to` is the inbox entry a line answers."""

    __tablename__ = "messages"

    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.conversations.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str]
    author_name: Mapped[str | None]
    at: Mapped[datetime]
    parts: Mapped[list[Any]]
    speech: Mapped[str | None]
    reply_to: Mapped[int | None]
    key: Mapped[str | None]
    is_secret: Mapped[bool] = mapped_column(default=False)


class Change(Base):
    """One change of owner: who did it and why. Never updated."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(sa.ForeignKey("conversations.conversations.id"))
    event: Mapped[str]
    from_owner: Mapped[str]
    to_owner: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
