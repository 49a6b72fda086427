"""/v1/checklists and /v1/check-sheets, for staff."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.checks import service
from backends.ticketing.checks.checklists import ASPECTS, checklists
from backends.ticketing.checks.models import CheckSheet, Finding
from backends.ticketing.checks.schemas import Mended, NewSheet
from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.equipment import service as equipment
from backends.ticketing.fields import Word
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.views import iso

router = APIRouter(tags=["checks"])
SheetNo = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{3,60}$")]
Item = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")]


@router.get("/checklists")
async def list_checklists() -> dict[str, Any]:
    return {
        "items": [
            {
                "code": one.code, "label": one.label, "about": one.about, "people": one.people, "source": one.source,
                "items": [
                    {"code": i.code, "label": i.label, "aspect": i.aspect, "aspect_label": ASPECTS[i.aspect]}
                    for i in one.items
                ],
            }
            for one in checklists().values()
        ]
    }  # fmt: skip


@router.post("/check-sheets", status_code=201)
async def write(new: NewSheet, db: Db, key: Key, look: Looks) -> JSONResponse:
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        if new.order_no:
            await orders.get(session, new.order_no)
        sheet = await service.write(session, new)
        if checklists()[sheet.checklist].about == "equipment":
            await equipment.on_sheet(session, sheet)
        return 201, shown(sheet, await service.findings(session, [sheet.sheet_no]))

    return await write_once(db, key, ["check-sheets", new.model_dump(mode="json")], run)


@router.get("/check-sheets")
async def of_subject(
    db: Db, look: Looks, subject: Annotated[Word, Query()], limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> dict[str, Any]:
    """Sheets of a hall or of a piece of equipment, newest first."""
    staff_only(look)
    async with db.reading() as session:
        sheets = await service.sheets_of(session, subject, limit)
        found = await service.findings(session, [sheet.sheet_no for sheet in sheets])
    return {"items": [shown(sheet, [f for f in found if f.sheet_no == sheet.sheet_no]) for sheet in sheets]}


@router.post("/check-sheets/{sheet_no}/findings/{item}/mended", status_code=201)
async def mend(sheet_no: SheetNo, item: Item, told: Mended, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Looked at again and in order; the sheet itself stays as it was signed."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, finding(await service.mend(session, sheet_no, item, told))

    return await write_once(db, key, ["mended", sheet_no, item, told.model_dump()], run)


def finding(one: Finding) -> dict[str, Any]:
    return {
        "sheet_no": one.sheet_no, "item": one.item, "aspect": one.aspect, "note": one.note,
        "mend_by": one.mend_by.isoformat(), "mended_at": iso(one.mended_at), "mended_note": one.mended_note,
        "seen_by": one.seen_by,
    }  # fmt: skip


def shown(sheet: CheckSheet, found: Any) -> dict[str, Any]:
    return {
        "sheet_no": sheet.sheet_no, "checklist": sheet.checklist, "subject": sheet.subject,
        "order_no": sheet.order_no, "checked_by": sheet.checked_by, "results": sheet.results, "score": sheet.score,
        "at": iso(sheet.at), "findings": [finding(one) for one in found],
    }  # fmt: skip
