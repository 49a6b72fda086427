"""/v1/escalations: what somebody higher has to see, for staff."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from backends.ticketing.clocks import repository, views
from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.fields import Word
from backends.ticketing.web import Db, Looks

router = APIRouter(prefix="/escalations", tags=["escalations"])
_Number = Annotated[int | None, Query(ge=1, le=2**60)]


@router.get("")
async def list_escalations(
    db: Db,
    look: Looks,
    team: Annotated[Word | None, Query()] = None,
    level: Annotated[int | None, Query(ge=0, le=3)] = None,
    order_no: Annotated[Word | None, Query()] = None,
    open: bool = True,
    before: _Number = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Newest first: which orders were in danger of missing a promise or missed it, who had to hear of it, and by when
    the customer must have it in writing (`act_by`, level 3). `open` false: those of finished orders too. The next page
    begins `before` the number of `next_before`. Whistle-blowing is never listed."""
    staff_only(look)
    async with db.reading() as session:
        rows = await repository.escalations(
            session, team=team, level=level, order_no=order_no, open_only=open, before=before, limit=limit
        )
    shown = rows[:limit]
    return {
        "items": [views.escalation(row) for row in shown],
        "next_before": shown[-1].id if len(rows) > limit else None,
    }
