"""/v1/figures: how well it goes, for staff, as JSON or CSV."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.errors import BadField
from backends.ticketing.figures import counting, sheet
from backends.ticketing.figures.counting import Period
from backends.ticketing.figures.kpis import KPIS
from backends.ticketing.web import Db, Looks
from backends.ticketing.work_orders.acts import moment

router = APIRouter(prefix="/figures", tags=["figures"])
By = Annotated[
    Literal["type", "area", "area_kind", "team", "crew", "class", "channel", "face", "skill_group", "partner", "day"]
    | None,
    Query(description="one row a …; left out, one row of everything"),
]
Day = Annotated[date | None, Query(description="days in Shanghai; `until` is not included; the last 30 when left out")]


def _period(since: date | None, until: date | None) -> Period:
    usual = counting.default_period()
    period = Period(since or usual.since, until or usual.until)
    if not date(2000, 1, 2) <= period.since < period.until <= date(2100, 1, 1):
        raise BadField("since", "a day before `until`, both between 2000 and 2100, is wanted")
    return period


@router.get("")
async def figures(db: Db, look: Looks, since: Day = None, until: Day = None, by: By = None) -> dict[str, Any]:
    """Counts and figures of orders registered in the period, what is open now by age, and promises kept."""
    staff_only(look)
    period = _period(since, until)
    async with db.reading() as session:
        return {
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
            "by": by,
            "kpis": [
                {"name": k.name, "label": k.zh, "unit": k.unit, "kind": k.kind, "wanted": k.wanted, "how": k.how}
                for k in KPIS
            ],
            "total": (await counting.rows(session, period, None))[0],
            "rows": await counting.rows(session, period, by) if by else [],
            "backlog": await counting.backlog(session, moment()),
            "promises": await counting.promises(session, period),
        }


@router.get("/table.csv", response_class=Response)
async def table(db: Db, look: Looks, since: Day = None, until: Day = None, by: By = "type") -> Response:
    """The same rows for a spreadsheet."""
    staff_only(look)
    period = _period(since, until)
    async with db.reading() as session:
        text = sheet.render(by, await counting.rows(session, period, by))
    name = f"figures-{period.since:%Y%m%d}-{period.until:%Y%m%d}-{by or 'all'}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
