"""/v1/complaints"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints import alarms, classes, repository, schemas, service, views
from backends.ticketing.complaints import statistics as figures
from backends.ticketing.complaints.errors import StaffOnly
from backends.ticketing.errors import BadField, OrderNotFound
from backends.ticketing.fields import Word
from backends.ticketing.web import Db, Key, Looks, Viewer, write_once
from backends.ticketing.work_orders import proofs
from backends.ticketing.work_orders import schemas as order_schemas
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders import views as order_views
from kernel import clock

router = APIRouter(prefix="/complaints", tags=["complaints"])
OrderNo = Annotated[str, Path(max_length=20, pattern=r"^TS[0-9]{12,16}$")]
Last4 = Annotated[str | None, Query(pattern=r"^[0-9]{4}$")]
Day = Annotated[date | None, Query()]


def staff_only(look: Viewer) -> None:
    if not look.is_staff:
        raise StaffOnly("this is for staff (X-View: staff)")


@router.get("/classes")
async def list_classes() -> dict[str, Any]:
    """Main and second classes in force today."""
    second = classes.second_classes(clock.now().date()).values()
    return {
        "items": [
            {
                "complaint_class": main.name,
                "label": main.zh,
                "department": main.department,
                "second": [
                    {"code": s.code, "label": s.zh, "severity": s.severity} for s in second if s.main == main.name
                ],
            }
            for main in classes.main_classes().values()
        ]
    }


@router.get("/statistics", response_model=None)
async def statistics(
    db: Db, look: Looks, since: Day = None, until: Day = None, format: Literal["json", "csv"] = "json"
) -> dict[str, Any] | Response:
    """Complaints registered from `since` to before `until` (days, Asia/Shanghai; the last 30 days when left out).
    CSV: table, key, count, cumulative_share."""
    staff_only(look)
    start, end = _period(since, until)
    async with db.reading() as session:
        found = await figures.statistics(session, start, end)
    return Response(_csv(found), media_type="text/csv; charset=utf-8") if format == "csv" else found


def _period(since: date | None, until: date | None) -> tuple[datetime, datetime]:
    last = until or clock.now().date() + timedelta(days=1)
    first = since or last - timedelta(days=30)
    if not date(2000, 1, 2) <= first < last <= date(2100, 1, 1):
        raise BadField("since", "a day before `until`, both between 2000 and 2100, is wanted")
    return tuple(datetime.combine(day, time(), clock.TZ) for day in (first, last))  # type: ignore[return-value]


def _csv(found: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["table", "key", "count", "cumulative_share"])
    for name, value in found.items():
        if isinstance(value, int):
            writer.writerow(["total", name, value, ""])
        for row in value if name.startswith("by_") else []:
            count = row["count"] if "count" in row else row["total"]
            writer.writerow([name, row["key"], count, row.get("cumulative_share", "")])
    return out.getvalue()


@router.get("/alarms")
async def list_alarms(
    db: Db,
    look: Looks,
    after: Annotated[int, Query(ge=0, le=2**60)] = 0,
    kind: Annotated[Word | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """What a supervisor must see, oldest first, after the one numbered `after`."""
    staff_only(look)
    async with db.reading() as session:
        found = await alarms.since(session, after, kind=kind, limit=limit)
    return {"items": [views.alarm(row) for row in found]}


@router.post("/supervision", status_code=201)
async def file_with_the_supervisor(new: order_schemas.NewComplaint, db: Db, key: Key) -> JSONResponse:
    """The supervision line: a complaint that goes straight to the supervisor, past whoever is complained of."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        filed = await orders.file(session, new, key=key)
        await service.hand_to_supervisor(session, filed.order)
        shown = order_views.for_customer(filed.order)
        return (201, shown) if filed.is_new else (200, shown | {"duplicate_of": filed.order.order_no})

    return await write_once(db, key, ["supervision", new.model_dump(mode="json")], run)


@router.get("/tracking")
async def tracking(
    db: Db,
    look: Looks,
    tracker: Annotated[Word | None, Query()] = None,
    owner_team: Annotated[Word | None, Query()] = None,
) -> dict[str, Any]:
    """Complaints not yet closed, the one due first in front: whoever tracks them to the end sees where each is."""
    staff_only(look)
    async with db.reading() as session:
        found = await repository.open_complaints(session, tracker=tracker, owner_team=owner_team)
        return {"items": [views.for_staff(order, file, None) for order, file in found]}


@router.get("/{order_no}")
async def read_file(order_no: OrderNo, db: Db, look: Looks, phone_last4: Last4 = None) -> dict[str, Any]:
    """The reply and, after a second refusal, the authority outside; with `X-View: staff` the whole file."""
    await proofs.require(db, order_no, replace(look, phone_last4=phone_last4))
    async with db.reading() as session:
        order = await orders.get(session, order_no)
        if order.order_type != "complaint":
            raise OrderNotFound(order_no)
        referral = await repository.referral_of(session, order_no)
        if not look.is_staff:
            return views.for_customer(order, referral)
        return views.for_staff(order, await repository.file_of(session, order_no), referral)


@router.post("/{order_no}/classes")
async def classify(order_no: OrderNo, wanted: schemas.Classing, db: Db, key: Key, look: Looks) -> JSONResponse:
    """The desk, or the customer with a proof, says what the complaint is about."""
    await proofs.require(db, order_no, replace(look, phone_last4=wanted.phone_last4))
    role = "complaint_desk" if look.is_staff else "customer"
    if wanted.sub_class and wanted.sub_class not in classes.second_classes(clock.now().date()):
        raise BadField("sub_class", "not one of GET /v1/complaints/classes")

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order = await orders.get(session, order_no, lock=True)
        await service.classify(session, order, wanted, role=role, actor=look.actor or role)
        file = await repository.file_of(session, order_no)
        return 200, views.for_staff(order, file, None) if look.is_staff else views.for_customer(order, None)

    return await write_once(db, key, ["classes", order_no, wanted.model_dump(mode="json")], run)
