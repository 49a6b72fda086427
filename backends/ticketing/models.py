"""The tables of the ticketing schema that belong to no single topic, and the base of all."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Integer, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.db import metadata_for
from kit.idempotency import idempotency_table

SCHEMA = "ticketing"


class Base(DeclarativeBase):
    metadata = metadata_for(SCHEMA)


idempotency_keys = idempotency_table(Base.metadata)


class NumberCounter(Base):
    """The last running number given out, per type and day of registration."""

    __tablename__ = "number_counters"

    order_type: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
