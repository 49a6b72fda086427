"""The next order number: prefix, day, running number of that type and day from 0001 (domain/work-orders.md 2).

The counter row is locked until the caller's transaction ends, so numbers are unique and without gaps.
Past 9999 the number grows longer; readers take any length.
"""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.models import NumberCounter
from backends.ticketing.order_types import ORDER_TYPES

PATTERN = re.compile(r"[A-Z]{2}\d{12,16}")
_TYPE_OF = {t.prefix: t.name for t in ORDER_TYPES.values()}


async def next_number(session: AsyncSession, order_type: str, day: date) -> str:
    """A number nobody has; takes the counter's lock, so take every other lock before."""
    statement = (
        insert(NumberCounter)
        .values(order_type=order_type, day=day, last=1)
        .on_conflict_do_update(index_elements=["order_type", "day"], set_={"last": NumberCounter.last + 1})
        .returning(NumberCounter.last)
    )
    running = (await session.execute(statement)).scalar_one()
    return f"{ORDER_TYPES[order_type].prefix}{day:%Y%m%d}{running:04d}"


def type_of(order_no: str) -> str | None:
    """The order type a number says, None when it is no number of ours."""
    return _TYPE_OF.get(order_no[:2]) if PATTERN.fullmatch(order_no) else None
