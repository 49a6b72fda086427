"""Table of daily debits."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.accounts.models import Account
from backends.billing.models import Base


class Debit(Base):
    """What a day took from the balance, fen; a day that came late is in the debit of the day it came with."""

    __tablename__ = "prepaid_debits"

    account_no: Mapped[str] = mapped_column(sa.ForeignKey(Account.account_no, ondelete="CASCADE"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
