"""What a supervisor must see: written once, never changed; told to the supervisor by whoever reads the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.models import Alarm
from kernel import clock


def raise_alarm(
    session: AsyncSession,
    kind: str,
    what: str,
    *,
    order_no: str | None = None,
    actor: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """`what` is read by supervisors and must name nobody outside the house."""
    now = clock.now().replace(microsecond=0)
    session.add(Alarm(at=now, kind=kind, order_no=order_no, actor=actor, what=what, data=data or {}))


async def since(session: AsyncSession, seen: int, *, kind: str | None, limit: int) -> Sequence[Alarm]:
    """Alarms after the one numbered `seen`, oldest first."""
    query = sa.select(Alarm).where(Alarm.id > seen).order_by(Alarm.id).limit(limit)
    query = query.where(Alarm.kind == kind) if kind else query
    return (await session.execute(query)).scalars().all()
