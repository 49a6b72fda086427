"""Places customers name, and the transformer areas that feed them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base


class Place(Base):
    """`areas`: [{"code", "name", "buildings": [first, last] | null}], the first feeds what no range covers."""

    __tablename__ = "places"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    city: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    area_kind: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    households: Mapped[int] = mapped_column(Integer)
    aliases: Mapped[list[str]] = mapped_column(JSONB, default=list)
    areas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
