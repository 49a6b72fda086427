"""Table of daily use, for meters that tell it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.accounts.models import Account
from backends.billing.models import Base


class DailyUse(Base):
    __tablename__ = "daily_use"

    account_no: Mapped[str] = mapped_column(sa.ForeignKey(Account.account_no, ondelete="CASCADE"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    kwh: Mapped[Decimal] = mapped_column(sa.Numeric(10, 2))
