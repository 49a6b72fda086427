"""Later work of webhooks."""

from __future__ import annotations

from backends.ticketing.webhooks import delivering, following
from kit import jobs


@jobs.task(following.TASK)
async def deliver(delivery_id: str) -> None:
    await delivering.deliver(jobs.database(), delivery_id)
