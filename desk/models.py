"""Tables of the schema `desk`: agents, their sessions, and what they looked at and did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import metadata_for


class Base(DeclarativeBase):
    metadata = metadata_for("desk")
    type_annotation_map = {datetime: sa.DateTime(timezone=True), list[Any]: JSONB, str: sa.Text}  # noqa: RUF012


class Agent(Base):
    """`id` is the number customers are told (坐席 1107)."""

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    skills: Mapped[list[Any]]
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    wrong_in_a_row: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class Session(Base):
    """A log-in. `id` is a hash: whoever reads this table cannot log in with it."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(sa.ForeignKey("desk.agents.id"))
    csrf: Mapped[str]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Trace(Base):
    """What an agent did or looked at, with the reason given. Never updated."""

    __tablename__ = "traces"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    agent_id: Mapped[str]
    action: Mapped[str]
    conversation_id: Mapped[str | None]
    reason: Mapped[str]
    at: Mapped[datetime]
