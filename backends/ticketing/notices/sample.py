"""Sample customers who agreed to hear of outages: those of the communities where the sample house has some."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.sample import customers
from backends.ticketing.notices.models import AreaSubscription
from kernel import clock

COMMUNITIES = frozenset({"锦绣家园", "阳光新城", "幸福里"})


async def load(session: AsyncSession) -> None:
    """Twice is once."""
    now = clock.now().replace(microsecond=0)
    rows = [
        {
            "phone": one.phone,
            "topic": "outage",
            "channel": "sms",
            "community": one.place.name,
            "transformer_area": one.area,
            "building": one.building,
            "account_no": one.account_no,
            "consent": "sample",
            "agreed_at": now,
        }
        for one in customers.everybody()
        if one.phone and one.place.name in COMMUNITIES
    ]
    await session.execute(insert(AreaSubscription).on_conflict_do_nothing(), rows)
