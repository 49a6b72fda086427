"""/v1/outages"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import cursors
from backends.ticketing.errors import EventNotAllowed, GuardFailed
from backends.ticketing.fields import Moment, Word, clean
from backends.ticketing.outages import asking, repository, schemas, service, viewing
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders import callers, refusals
from backends.ticketing.work_orders import repository as order_repository
from backends.ticketing.work_orders import views as order_views
from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.service import moment
from kernel import masking

router = APIRouter(prefix="/outages", tags=["outages"])

OWN_DOORS = frozenset({"absorb", "merge_into", "change_areas"})  # /merge, /areas: they do more than change a state
OutageNo = Annotated[str, Path(max_length=20, pattern=r"^TD[0-9]{12,16}$")]


@router.get("")
async def list_outages(
    db: Db,
    q: Annotated[str | None, Query(max_length=200)] = None,
    community: Annotated[Word | None, Query()] = None,
    transformer_area: Annotated[Word | None, Query()] = None,
    kind: Annotated[schemas.Kind | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """Running outages and those planned within 7 days (or between `from` and `to`, also in the past). `q` is free
    text such as 锦绣家园12栋: only what covers that building; `place` says how it was understood."""
    asked = asking.Question(
        clean(q) or None, community, transformer_area, kind, since, until, cursors.read(cursor), limit
    )
    async with db.reading() as session:
        rows, place, last = await asking.ask(session, asked)
        return {
            "items": await viewing.all_whole(session, rows),
            "place": place,
            "next_cursor": cursors.write(last.off_at or last.first_reported_at, last.outage_no) if last else None,
        }


@router.post("", status_code=201)
async def declare_outage(new: schemas.NewOutage, db: Db, key: Key) -> JSONResponse:
    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, await viewing.whole(session, await service.declare(session, new))

    return await write_once(db, key, ["outages", new.model_dump(mode="json")], run)


@router.get("/{outage_no}")
async def read_outage(outage_no: OutageNo, db: Db, look: Looks) -> dict[str, Any]:
    """With `X-View: staff` also who was refused a change of it."""
    async with db.reading() as session:
        whole = await viewing.whole(session, await service.get(session, outage_no))
        refused = await order_repository.refused_attempts(session, outage_no) if look.is_staff else None
        return whole if refused is None else whole | {"refused_attempts": order_views.attempts(refused)}


@router.post("/{outage_no}/events")
async def move_outage(outage_no: OutageNo, act: schemas.OutageAct, db: Db, key: Key, look: Looks) -> JSONResponse:
    """One event of the machine (docs/orders.md). `restore` asks every member and tells every subscriber."""
    tried = Act(act.event, act.role, act.actor, act.reason, client=look.client)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        if act.event in OWN_DOORS:
            raise EventNotAllowed(f"{act.event} has a door of its own", possible=[])
        outage = await service.get(session, outage_no, lock=True)
        return 200, await viewing.whole(session, await service.move(session, outage, act))

    async with refusals.kept(db, outage_no, tried):
        callers.check(look.client, act.role)
        return await write_once(db, key, ["outage-events", outage_no, act.model_dump(mode="json")], run)


@router.post("/{outage_no}/subscriptions", status_code=201, responses={200: {"description": "was on the list already"}})
async def subscribe(outage_no: OutageNo, new: schemas.NewSubscription, db: Db, key: Key) -> JSONResponse:
    """Tell this phone when power is back."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        outage = await service.get(session, outage_no)
        if not outage.is_open or outage.restored_at:
            raise GuardFailed("power is back already", code="outage_over")
        is_new = await repository.subscribe(
            session, outage_no, new.phone, channel=new.channel, order_no=None, at=moment()
        )
        body = {
            "outage_no": outage_no,
            "phone": masking.mask_phone(new.phone),
            "channel": new.channel,
            "is_new": is_new,
        }
        return (201 if is_new else 200), body

    return await write_once(db, key, ["subscriptions", outage_no, new.model_dump(mode="json")], run)
