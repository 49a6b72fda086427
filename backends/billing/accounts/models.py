"""Accounts, their meters and what was read from them (fields: domain/billing.md 1.2, 1.3)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.models import Base


class Account(Base):
    __tablename__ = "accounts"

    account_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_name: Mapped[str] = mapped_column(sa.Text)
    supply_address: Mapped[str] = mapped_column(sa.Text)
    community: Mapped[str] = mapped_column(sa.Text)
    district: Mapped[str] = mapped_column(sa.Text)
    area_kind: Mapped[str] = mapped_column(sa.Text)
    transformer_area: Mapped[str] = mapped_column(sa.Text, index=True)
    category: Mapped[str] = mapped_column(sa.Text)
    plan: Mapped[str] = mapped_column(sa.Text)
    voltage: Mapped[str] = mapped_column(sa.Text)
    supply_mode: Mapped[str] = mapped_column(sa.Text)
    relation_kind: Mapped[str] = mapped_column(sa.Text)
    power_source_kind: Mapped[str | None] = mapped_column(sa.Text)
    user_kind: Mapped[str | None] = mapped_column(sa.Text)
    capacity_kva: Mapped[int | None]
    demand_mode: Mapped[str | None] = mapped_column(sa.Text)
    contract_demand_kw: Mapped[int | None]
    large_household: Mapped[bool]
    low_income: Mapped[bool]
    ladder_months: Mapped[int]
    read_day: Mapped[int]
    pay_mode: Mapped[str] = mapped_column(sa.Text)
    contact_phone: Mapped[str | None] = mapped_column(sa.Text, index=True)
    status: Mapped[str] = mapped_column(sa.Text)
    balance_fen: Mapped[int | None]
    """智能交费 balance; None for postpaid accounts."""
    credit_balance_fen: Mapped[int]
    has_life_support: Mapped[bool]


class Meter(Base):
    __tablename__ = "meters"

    meter_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.ForeignKey(Account.account_no, ondelete="CASCADE"), index=True)
    point_kind: Mapped[str] = mapped_column(sa.Text)
    """`main`, `export` (photovoltaics) or `ev`."""
    digits: Mapped[int]
    multiplier: Mapped[int]
    registers: Mapped[list[str]] = mapped_column(JSONB)
    installed_on: Mapped[date]
    verified_until: Mapped[date]
    removed_on: Mapped[date | None]
    seal_no: Mapped[str | None] = mapped_column(sa.Text)


class MeterReading(Base):
    __tablename__ = "readings"

    meter_no: Mapped[str] = mapped_column(sa.ForeignKey(Meter.meter_no, ondelete="CASCADE"), primary_key=True)
    register: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    read_on: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    kind: Mapped[str] = mapped_column(sa.Text)


class Lookup(Base):
    """Which accounts a conversation asked for; more than five an hour is stopped."""

    __tablename__ = "account_lookups"

    subject: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
