"""/v1/crews: who they are, when they work, and what each has to do. For staff and the crews' page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.dispatch import choosing, repository
from backends.ticketing.dispatch.errors import CrewNotFound
from backends.ticketing.dispatch.models import Absence, Crew, Offer
from backends.ticketing.dispatch.schemas import CrewFields, NewAbsence
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders import views
from backends.ticketing.work_orders.endpoints import OrderNo
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder

router = APIRouter(tags=["crews"])
CrewNo = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,30}$")]
BadgeNo = Annotated[str, Path(pattern=r"^[A-Za-z0-9]{1,20}$")]


@router.get("/crews")
async def list_crews(db: Db, look: Looks) -> dict[str, Any]:
    """Every active crew, whether it works now and how much it has in hand."""
    staff_only(look)
    now = orders.moment()
    async with db.reading() as session:
        loads = {one.crew_no: one for one in await repository.candidates(session, "", now)}
        items = [
            _crew(crew) | {"is_on_duty": loads[crew.crew_no].is_on_duty, "open_orders": loads[crew.crew_no].busy}
            for crew in await repository.crews(session)
        ]
    return {"items": items}


@router.get("/crews/of/{badge}")
async def crew_of_member(badge: BadgeNo, db: Db, look: Looks) -> dict[str, Any]:
    staff_only(look)
    async with db.reading() as session:
        crew = await repository.crew_of(session, badge)
        if crew is None:
            raise CrewNotFound("nobody's badge")
        away = await repository.away_at(session, orders.moment())
        on_duty = choosing.is_on_duty(crew.duty, orders.moment()) and crew.crew_no not in away
        return _crew(crew) | {"is_on_duty": on_duty}


@router.put("/crews/{crew_no}")
async def keep_crew(crew_no: CrewNo, told: CrewFields, db: Db, key: Key, look: Looks) -> JSONResponse:
    """A new crew, or a known one as it is from now on."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        crew = await session.merge(Crew(crew_no=crew_no, **told.model_dump(mode="json", by_alias=True)))
        return 200, _crew(crew)

    return await write_once(db, key, ["crews", crew_no, told.model_dump(mode="json")], run)


@router.post("/crews/{crew_no}/absences", status_code=201)
async def note_absence(crew_no: CrewNo, told: NewAbsence, db: Db, key: Key, look: Looks) -> JSONResponse:
    """From then until then nothing is offered to it."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await _get(session, crew_no)
        session.add(Absence(crew_no=crew_no, **told.model_dump()))
        return 201, {"crew_no": crew_no, **told.model_dump(mode="json")}

    return await write_once(db, key, ["absences", crew_no, told.model_dump(mode="json")], run)


@router.get("/crews/{crew_no}/orders")
async def orders_of_crew(crew_no: CrewNo, db: Db, look: Looks) -> dict[str, Any]:
    """What it is offered and what it took: danger first, then who depends on power, then by promise."""
    staff_only(look)
    async with db.reading() as session:
        await _get(session, crew_no)
        held = await repository.held_by(session, crew_no)
        offers = {order.order_no: offer for order, offer in held}
        ours = choosing.sorted_for_crew(order for order, _ in held)
        return {"items": [_order(order, offers[order.order_no]) for order in ours]}


@router.get("/work-orders/{order_no}/offers")
async def offers_of_order(order_no: OrderNo, db: Db, look: Looks) -> dict[str, Any]:
    """Every crew that was asked, when, and what it said."""
    staff_only(look)
    async with db.reading() as session:
        await orders.get(session, order_no)
        return {"items": [_offer(offer) for offer in await repository.offers_of(session, order_no)]}


async def _get(session: AsyncSession, crew_no: str) -> Crew:
    crew = await session.get(Crew, crew_no)
    if crew is None:
        raise CrewNotFound(crew_no)
    return crew


def _crew(crew: Crew) -> dict[str, Any]:
    names = ("crew_no", "name", "districts", "skills", "duty", "members", "phone", "is_active")
    return {name: getattr(crew, name) for name in names}


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "crew_no": offer.crew_no,
        "offered_at": views.iso(offer.offered_at),
        "answer_by": views.iso(offer.answer_by),
        "answered_at": views.iso(offer.answered_at),
        "outcome": offer.outcome,
        "answered_by": offer.answered_by,
        "reason": offer.reason,
    }


def _order(order: WorkOrder, offer: Offer) -> dict[str, Any]:
    """What a crew must know, and what it may do next."""
    names = ("order_no", "status", "priority", "summary", "community", "address", "contact_name", "contact_phone")
    seen = ("symptom", "hazard_kind", "landmark", "pole_no", "position", "is_neighbour_out", "is_breaker_tripped",
            "critical_user_kind", "is_life_support", "on_site_by")  # fmt: skip
    return {
        **{name: getattr(order, name) for name in names},
        **{name: order.details.get(name) for name in seen},
        **views.state(order),
        "urge_count": order.urge_count,
        "offer": _offer(offer),
        "events": MACHINES[order.order_type].possible(order.status, "crew"),
    }
