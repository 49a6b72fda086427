"""Tables of the ledger: a piece of equipment and what happened to it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base


class Equipment(Base):
    """`status`: registered (not connected yet), connected, must_mend (a check found faults), removed."""

    __tablename__ = "equipment"

    equipment_no: Mapped[str] = mapped_column(Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    rating_kva: Mapped[int | None] = mapped_column(Integer)
    maker: Mapped[str | None] = mapped_column(Text)
    installed_on: Mapped[date]
    tested_until: Mapped[date | None]
    status: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_equipment_account_no", "account_no"),
        Index("ix_equipment_tested_until", "tested_until"),
    )


class EquipmentEvent(Base):
    """Append-only."""

    __tablename__ = "equipment_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    equipment_no: Mapped[str] = mapped_column(ForeignKey("ticketing.equipment.equipment_no"))
    event: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    sheet_no: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_equipment_events_equipment_no", "equipment_no", "id"),)
