"""/v1/open311: what the public port shows under /open311/v2. Reports go in as any fault report does; what comes out has
a community and a state, no person, no address, no phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import BadField, OrderNotFound
from backends.ticketing.fields import Phone
from backends.ticketing.machine import FINAL
from backends.ticketing.open311.services import BY_CODE, SERVICES, code_of
from backends.ticketing.partners import service as partners
from backends.ticketing.web import Db, Key, write_once
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.views import iso

router = APIRouter(prefix="/open311", tags=["open311"])
MOST = 200
LONGEST = timedelta(days=90)
RequestId = Annotated[str, Path(pattern=r"^GZ[0-9]{12,16}$")]


class NewRequest(BaseModel):
    """GeoReport v2, POST Service Request: a place by words or by degrees (WGS 84)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    service_code: Annotated[str, Field(max_length=40)]
    address_string: Annotated[str, Field(min_length=2, max_length=200)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    long: Annotated[float, Field(ge=-180, le=180)] | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    first_name: Annotated[str, Field(max_length=30)] | None = None
    phone: Phone | None = None
    api_key: Annotated[str, Field(min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")] | None = None

    @model_validator(mode="after")
    def _has_place(self) -> NewRequest:
        if (self.lat is None) != (self.long is None):
            raise ValueError("lat and long go together")
        if self.address_string is None and self.lat is None:
            raise ValueError("a place is wanted: address_string, or lat and long")
        return self

    def as_fault(self) -> schemas.NewFaultReport:
        """Raises BadField: no such service, or a plain fault without a phone for the crew to call."""
        service = BY_CODE.get(self.service_code)
        if service is None:
            raise BadField("service_code", "see services")
        place = None if self.lat is None else {"latitude": self.lat, "longitude": self.long}
        where = self.address_string or f"北纬 {self.lat}，东经 {self.long}"
        fields = {**service.fault, "address": where, "contact_phone": self.phone, "contact_name": self.first_name}
        return schemas.NewFaultReport.model_validate(
            {
                "order_type": "fault_report",
                "channel": "web_chat",
                "position": place,
                "landmark": self.description,
                **fields,
            }
        )


@router.get("/services")
async def services() -> list[dict[str, Any]]:
    return [service.as_json() for service in SERVICES]


@router.post("/requests", status_code=201)
async def report(new: NewRequest, db: Db, key: Key) -> JSONResponse:
    fault = new.as_fault()

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        partner = await _partner(session, new, fault)
        filed = await orders.file(session, fault, key=key, partner=partner)
        return 201 if filed.is_new else 200, _shown(filed.order)

    asked = new.model_dump(mode="json", exclude={"api_key"})
    return await write_once(db, key, ["open311", asked, bool(new.api_key)], run)


async def _partner(session: AsyncSession, new: NewRequest, fault: schemas.NewFaultReport) -> str | None:
    """Whose platform it comes from; None for anybody at our own door. Raises PartnerNotAllowed, PartnerLimit."""
    if new.api_key is None:
        return None
    is_danger = fault.hazard_kind != "none"
    admitted = await partners.admit(session, new.api_key, service_code=new.service_code, is_danger=is_danger)
    return admitted.partner_id


@router.get("/requests/{request_id}")
async def read(request_id: RequestId, db: Db) -> dict[str, Any]:
    async with db.reading() as session:
        order = await orders.get(session, request_id)
        if order.order_type != "fault_report":
            raise OrderNotFound(request_id)
        return _shown(order)


@router.get("/requests")
async def list_requests(
    db: Db,
    start_date: Annotated[AwareDatetime, Query()],
    end_date: Annotated[AwareDatetime, Query()],
    status: Annotated[Literal["open", "closed"] | None, Query()] = None,
    service_code: Annotated[str | None, Query(max_length=40)] = None,
) -> list[dict[str, Any]]:
    """The newest 200 of a span of at most ninety days."""
    _check(start_date, end_date)
    query = (
        sa.select(WorkOrder)
        .where(WorkOrder.order_type == "fault_report")
        .where(WorkOrder.registered_at >= start_date, WorkOrder.registered_at < end_date)
        .order_by(WorkOrder.registered_at.desc(), WorkOrder.order_no)
    )
    if status is not None:
        query = query.where(WorkOrder.status.in_(FINAL) if status == "closed" else WorkOrder.status.not_in(FINAL))
    async with db.reading() as session:
        found = (await session.execute(query.limit(MOST))).scalars()
        shown = [_shown(order) for order in found]
    return [one for one in shown if service_code in (None, one["service_code"])]


def _check(start: datetime, end: datetime) -> None:
    if not timedelta(0) < end - start <= LONGEST:
        raise BadField("end_date", "after start_date, by ninety days at most")


def _shown(order: WorkOrder) -> dict[str, Any]:
    service = BY_CODE[code_of(order.details)]
    return {
        "service_request_id": order.order_no,
        "status": "open" if order.is_open else "closed",
        "status_notes": None,
        "service_name": service.name,
        "service_code": service.code,
        "requested_datetime": iso(order.registered_at),
        "updated_datetime": iso(order.closed_at or order.registered_at),
        "expected_datetime": order.details.get("on_site_by"),
        "address": order.community,
    }
