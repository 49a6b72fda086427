"""Which outages answer a question about a place? For customers and for lists of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.outages import repository, schemas
from backends.ticketing.outages.models import Outage
from backends.ticketing.places import service as places
from backends.ticketing.work_orders.service import moment

AHEAD = timedelta(days=7)  # how far a question without dates looks


@dataclass(frozen=True)
class Question:
    q: str | None = None
    community: str | None = None
    transformer_area: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 20


async def ask(session: AsyncSession, question: Question) -> tuple[list[Outage], dict[str, Any] | None, Outage | None]:
    """Outages that answer the question, running first; the place it was understood to be about; the last row when
    there are more. Text that names no known place finds nothing."""
    now = moment()
    since = question.since or now
    until = question.until or max(since, now) + AHEAD
    match = next(iter(await places.find(session, question.q, limit=1)), None) if question.q else None
    named = [match.place.name] if match else []
    named += [question.community] if question.community else []
    if question.q and not named:
        return [], None, None
    wanted = repository.Wanted(
        since,
        until,
        now,
        tuple(named) or None,
        question.transformer_area,
        question.kind,
        question.after,
        question.limit,
    )
    rows = list(await repository.page(session, wanted))
    last = rows[question.limit - 1] if len(rows) > question.limit else None
    building = match.building if match else None
    kept = [row for row in rows[: question.limit] if covers(row, building)]
    kept.sort(key=lambda row: schemas.effective_status(row) == "planned")
    return kept, places.view(match) if match else None, last


def covers(outage: Outage, building: int | None) -> bool:
    """Whether this building is in it; unknown building or no ranges: yes."""
    return building is None or not outage.buildings or any(a <= building <= b for a, b in outage.buildings)
