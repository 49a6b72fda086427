"""/open311/v2: anybody may list what can be reported, report it with a place, and see how far it is."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from clients.open311.http import Open311
from gateway.webchat.limits import Rates
from kernel import clock

router = APIRouter(prefix="/open311/v2", tags=["open311"])
RequestId = Annotated[str, Path(pattern=r"^GZ[0-9]{12,16}$")]
Word = Annotated[str | None, Query(max_length=40)]


class Report(BaseModel):
    """As the ticketing system checks it; here only its size."""

    model_config = ConfigDict(extra="forbid")

    service_code: Annotated[str, Field(max_length=40)]
    address_string: Annotated[str, Field(max_length=200)] | None = None
    lat: float | None = None
    long: float | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    first_name: Annotated[str, Field(max_length=30)] | None = None
    phone: Annotated[str, Field(max_length=20)] | None = None
    api_key: Annotated[str, Field(max_length=100)] | None = None


def _asked(request: Request) -> Open311:
    client: Open311 = request.app.state.open311
    return client


async def _counted(request: Request) -> str:
    """Who asks, counted."""
    rates: Rates = request.app.state.rates
    who = request.client.host if request.client else "-"
    await rates.check_open311(who)
    return who


Asked = Annotated[Open311, Depends(_asked)]
Who = Annotated[str, Depends(_counted)]


@router.get("/services.json")
async def services(_: Who, asked: Asked) -> list[dict[str, Any]]:
    return await asked.services()


@router.post("/requests.json", status_code=201)
async def report(body: Report, who: Who, asked: Asked) -> list[dict[str, Any]]:
    """The same report from the same place on the same day is one order."""
    told = body.model_dump(exclude_none=True)
    day = clock.now().astimezone(clock.TZ).date().isoformat()
    key = hashlib.sha256(json.dumps([who, day, told], sort_keys=True).encode()).hexdigest()
    filed = await asked.report(told, key=f"open311:{key[:40]}")
    return [{"service_request_id": filed["service_request_id"], "service_notice": None, "account_id": None}]


@router.get("/requests/{request_id}.json")
async def read(request_id: RequestId, _: Who, asked: Asked) -> list[dict[str, Any]]:
    return [await asked.read(request_id)]


@router.get("/requests.json")
async def list_requests(
    _: Who, asked: Asked, start_date: Word = None, end_date: Word = None, status: Word = None, service_code: Word = None
) -> list[dict[str, Any]]:
    """The last thirty days when no dates are given."""
    return await asked.list(start_date=start_date, end_date=end_date, status=status, service_code=service_code)
