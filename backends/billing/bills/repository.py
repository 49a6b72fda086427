"""Every query on bills."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.bills.models import IssuedBill


async def find(session: AsyncSession, account_no: str, month: str | None) -> IssuedBill | None:
    """The bill of a month, the newest when none is named."""
    asked = sa.select(IssuedBill).where(IssuedBill.account_no == account_no)
    asked = asked.where(IssuedBill.month == month) if month else asked.order_by(IssuedBill.month.desc()).limit(1)
    return (await session.scalars(asked)).first()


async def newest(session: AsyncSession, account_no: str, *, before: str | None, limit: int) -> Sequence[IssuedBill]:
    """Newest first; only months before `before` when it is given."""
    asked = sa.select(IssuedBill).where(IssuedBill.account_no == account_no)
    if before:
        asked = asked.where(IssuedBill.month < before)
    return (await session.scalars(asked.order_by(IssuedBill.month.desc()).limit(limit))).all()
