"""/v1/equipment, for staff."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.checks.schemas import Day
from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.equipment import service
from backends.ticketing.equipment.models import Equipment
from backends.ticketing.equipment.schemas import Change, NewEquipment
from backends.ticketing.fields import AccountNo
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders.views import iso

router = APIRouter(prefix="/equipment", tags=["equipment"])
EquipmentNo = Annotated[str, Path(pattern=r"^SB[A-Za-z0-9_-]{3,60}$")]


@router.post("", status_code=201)
async def register(new: NewEquipment, db: Db, key: Key, look: Looks) -> JSONResponse:
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, _shown(await service.register(session, new, actor=look.actor or look.client))

    return await write_once(db, key, ["equipment", new.model_dump(mode="json")], run)


@router.get("")
async def of_account(db: Db, look: Looks, account_no: Annotated[AccountNo, Query()]) -> dict[str, Any]:
    staff_only(look)
    async with db.reading() as session:
        return {"items": [_shown(row) for row in await service.of_account(session, account_no)]}


@router.get("/due")
async def due(db: Db, look: Looks, until: Annotated[Day, Query()]) -> dict[str, Any]:
    """Connected equipment whose test ends by then: the plan of checks."""
    staff_only(look)
    async with db.reading() as session:
        return {"items": [_shown(row) for row in await service.due(session, until)]}


@router.get("/{equipment_no}")
async def read(equipment_no: EquipmentNo, db: Db, look: Looks) -> dict[str, Any]:
    """With everything that happened to it."""
    staff_only(look)
    async with db.reading() as session:
        row = await service.get(session, equipment_no)
        past = await service.events(session, equipment_no)
    shown = [
        {
            "event": e.event,
            "status": e.status,
            "sheet_no": e.sheet_no,
            "note": e.note,
            "actor": e.actor,
            "at": iso(e.at),
        }
        for e in past
    ]
    return _shown(row) | {"events": shown}


@router.post("/{equipment_no}/events", status_code=201)
async def change(equipment_no: EquipmentNo, told: Change, db: Db, key: Key, look: Looks) -> JSONResponse:
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        row = await service.get(session, equipment_no, lock=True)
        return 201, _shown(await service.change(session, row, told))

    return await write_once(db, key, ["equipment", equipment_no, told.model_dump(mode="json")], run)


def _shown(row: Equipment) -> dict[str, Any]:
    names = ("equipment_no", "account_no", "kind", "name", "rating_kva", "maker", "status")
    days = ("installed_on", "tested_until")
    return {
        **{name: getattr(row, name) for name in names},
        **{name: day.isoformat() if (day := getattr(row, name)) else None for name in days},
    }
