"""The tables of the room share this base and the kept answers of writes."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from kit.db import metadata_for
from kit.idempotency import idempotency_table

SCHEMA = "billing"


class Base(DeclarativeBase):
    metadata = metadata_for(SCHEMA)


idempotency_keys = idempotency_table(Base.metadata)
