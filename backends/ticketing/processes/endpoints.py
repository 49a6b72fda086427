"""/v1/processes: how each kind of order is worked, and which versions are in use."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.errors import RoleNotAllowed
from backends.ticketing.fields import Line, Strict
from backends.ticketing.machine import ROLES
from backends.ticketing.processes import book, service
from backends.ticketing.web import Db, Key, Looks, Viewer, write_once
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.views import iso

router = APIRouter(prefix="/processes", tags=["processes"])
Code = Annotated[str, Path(pattern=r"^[a-z_.]{1,40}@[0-9]{1,3}$")]


class Decision(Strict):
    """`publish` false takes a version out of use; then a reason is wanted and no checklist."""

    publish: bool = True
    checklist: Annotated[dict[str, bool], Field(max_length=20)] = Field(default_factory=dict)
    reason: Line | None = None


def supervisor(look: Viewer) -> str:
    """The supervisor's badge. Raises StaffOnly, RoleNotAllowed."""
    staff_only(look)
    if look.role != "supervisor" or not look.actor:
        raise RoleNotAllowed("a supervisor is wanted (X-Role, X-Actor)")
    return look.actor


@router.get("")
async def list_processes(db: Db) -> dict[str, Any]:
    """Every version with its steps and who answers for each; open to every program, for it is how the house works."""
    async with db.reading() as session:
        in_use = await service.published(session, moment().date())
    return {"checklist": service.CHECKLIST, "items": [_shown(t, in_use) for t in book.templates()]}


@router.get("/launches")
async def launches(db: Db, look: Looks) -> dict[str, Any]:
    """What was put into use and taken out, oldest first."""
    staff_only(look)
    async with db.reading() as session:
        rows = await service.history(session)
    return {
        "items": [
            {
                "code": r.code, "publish": r.is_published, "checklist": r.checklist, "reason": r.reason,
                "actor": r.actor, "at": iso(r.at),
            }
            for r in rows
        ]
    }  # fmt: skip


@router.post("/{code}/launches", status_code=201)
async def decide(code: Code, told: Decision, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Put into use, or out of it."""
    actor = supervisor(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        row = await service.decide(session, code, publish=told.publish, told=told.model_dump(), actor=actor)
        return 201, {"code": row.code, "is_published": row.is_published, "at": iso(row.at)}

    return await write_once(db, key, ["launch", code, told.model_dump()], run)


def _shown(template: book.Template, in_use: frozenset[str]) -> dict[str, Any]:
    return {
        "code": template.code,
        "label": template.label,
        "order_type": template.order_type,
        "categories": sorted(template.categories),
        "user_kinds": sorted(template.user_kinds),
        "is_published": template.code in in_use,
        "steps": [{"do": s.do, "by": s.by, "by_label": ROLES.get(s.by, s.by)} for s in template.steps],
        "source": template.source,
    }
