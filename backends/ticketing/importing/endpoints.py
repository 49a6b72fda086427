"""/v1/imports: a file of orders, filed in the background; how far it is and which rows were refused."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.attachments.errors import TooLarge
from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.importing import reading, service
from backends.ticketing.importing.errors import ImportNotFound
from backends.ticketing.importing.models import Import
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.views import iso
from kernel import ids

router = APIRouter(prefix="/imports", tags=["imports"])
ImportNo = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{4,64}$")]
_TEXT = {"requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}}


async def _body(request: Request) -> bytes:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > reading.MOST_BYTES:
            raise TooLarge(f"more than {reading.MOST_BYTES} bytes")
    return bytes(data)


@router.post("", status_code=202, openapi_extra=_TEXT)
async def start(request: Request, db: Db, key: Key, look: Looks) -> JSONResponse:
    """JSON lines or CSV, the fields of `POST /work-orders` by name. The same file again is the same import; a row with
    an `idempotency_key` of its own is filed once whatever file it comes in. Nobody is told of what is imported."""
    staff_only(look)
    data = await _body(request)
    rows, digest = reading.rows_of(data), hashlib.sha256(data).hexdigest()

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        known = (await session.execute(sa.select(Import).where(Import.sha256 == digest))).scalar_one_or_none()
        if known is not None:
            return 202, shown(known)
        made = Import(
            import_no=ids.new_id("imp"), sha256=digest, total=len(rows), done=0, filed=0, known=0, refused=[],
            rows=rows, at=moment(),
        )  # fmt: skip
        session.add(made)
        await service.defer(session, made)
        return 202, shown(made)

    return await write_once(db, key, ["imports", digest], run)


@router.get("/{import_no}")
async def read(import_no: ImportNo, db: Db, look: Looks) -> dict[str, Any]:
    staff_only(look)
    async with db.reading() as session:
        kept = await session.get(Import, import_no)
        if kept is None:
            raise ImportNotFound(import_no)
        return shown(kept)


def shown(kept: Import) -> dict[str, Any]:
    names = ("import_no", "total", "done", "filed", "known", "refused")
    return {
        **{name: getattr(kept, name) for name in names},
        "at": iso(kept.at),
        "finished_at": iso(kept.finished_at),
    }
