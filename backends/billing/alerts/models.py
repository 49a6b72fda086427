"""Tables of alerts."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.accounts.models import Account
from backends.billing.models import Base


class AlertRule(Base):
    """`kind`: `daily_kwh` (a day above `limit`), `balance_fen` (a balance below it), `daily_report` (every day)."""

    __tablename__ = "alert_rules"

    account_no: Mapped[str] = mapped_column(sa.ForeignKey(Account.account_no, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    limit: Mapped[int] = mapped_column("limit_value")
    set_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class Alerted(Base):
    """Told once a day and kind."""

    __tablename__ = "alerts_sent"

    account_no: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
