"""Which visitors of a text door an account is bound to."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.accounts.models import Account
from backends.billing.models import Base


class Binding(Base):
    __tablename__ = "bindings"

    account_no: Mapped[str] = mapped_column(sa.ForeignKey(Account.account_no, ondelete="CASCADE"), primary_key=True)
    visitor_id: Mapped[str] = mapped_column(sa.Text, primary_key=True, index=True)
    verified_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
    """When the visitor last proved L2 for the account; good for ninety days (service-catalogue 1.2)."""
