"""The figures' page of the desk: what the ticketing system counts, for who is logged in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from clients.figures.http import Figures
from desk import sessions
from desk.endpoints import COOKIE
from desk.logins import SignedIn
from kernel import clock

router = APIRouter(prefix="/desk/api", include_in_schema=False)
Reader = Annotated[SignedIn, Depends(sessions.reader_of(COOKIE, is_crew=False))]
Day = Annotated[date | None, Query()]
By = Annotated[str | None, Query(pattern=r"^[a-z_]{1,20}$")]


def _figures(request: Request) -> Figures:
    figures: Figures = request.app.state.figures
    return figures


Asked = Annotated[Figures, Depends(_figures)]


def _query(since: Day = None, until: Day = None, by: By = None) -> dict[str, Any]:
    return {"since": since, "until": until, "by": by}


Wanted = Annotated[dict[str, Any], Depends(_query)]


@router.get("/figures/today")
async def today(_: Reader) -> dict[str, str]:
    return {"today": clock.now().astimezone(clock.TZ).date().isoformat()}


@router.get("/figures")
async def figures(_: Reader, asked: Asked, wanted: Wanted) -> dict[str, Any]:
    return await asked.read(wanted)


@router.get("/figures.csv")
async def table(_: Reader, asked: Asked, wanted: Wanted) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="figures.csv"'}
    return Response(await asked.table(wanted), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/complaint-figures")
async def complaint_figures(_: Reader, asked: Asked, wanted: Wanted) -> dict[str, Any]:
    return await asked.complaints({name: wanted[name] for name in ("since", "until")})
