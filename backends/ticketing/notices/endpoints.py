"""/v1/notices: announcements and delivery reports, for staff and for the doors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import cursors
from backends.ticketing.errors import RoleNotAllowed
from backends.ticketing.fields import Word
from backends.ticketing.notices import announcements, drafting, reports, schemas
from backends.ticketing.notices.models import Notice
from backends.ticketing.web import Db, Key, Looks, write_once


def staff_only(look: Looks) -> None:
    if not look.is_staff:
        raise RoleNotAllowed("for staff: X-View: staff")


router = APIRouter(prefix="/notices", tags=["notices"], dependencies=[Depends(staff_only)])

NoticeId = Annotated[str, Path(max_length=40, pattern=r"^n_[0-9a-z]{20,30}$")]
DeliveryId = Annotated[str, Path(max_length=60, pattern=r"^n_[0-9a-z]{20,30}\.[0-9]{1,18}$")]


@router.post("", status_code=201)
async def draft_announcement(new: schemas.NewAnnouncement, db: Db, key: Key) -> JSONResponse:
    """A draft with its words and whom it would reach. Planned outages leave at least 3 days, 停电通知书 3 to 7."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        notice = await drafting.draft(session, new)
        return 201, schemas.view(notice) | {"preview": await announcements.preview(session, notice)}

    return await write_once(db, key, ["notices", new.model_dump(mode="json")], run)


@router.get("")
async def list_notices(
    db: Db,
    kind: Annotated[Word | None, Query()] = None,
    status: Annotated[Word | None, Query()] = None,
    order_no: Annotated[Word | None, Query()] = None,
    outage_no: Annotated[Word | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """Newest first."""
    query = sa.select(Notice).order_by(Notice.created_at.desc(), Notice.notice_id.desc()).limit(limit + 1)
    for column, value in (
        (Notice.kind, kind), (Notice.status, status), (Notice.order_no, order_no), (Notice.outage_no, outage_no),
    ):  # fmt: skip
        query = query.where(column == value) if value is not None else query
    if before := cursors.read(cursor):
        query = query.where(sa.tuple_(Notice.created_at, Notice.notice_id) < sa.tuple_(*before))
    async with db.reading() as session:
        rows = (await session.execute(query)).scalars().all()
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "items": [schemas.view(row) for row in rows[:limit]],
        "next_cursor": cursors.write(last.created_at, last.notice_id) if last else None,
    }


@router.get("/{notice_id}")
async def read_notice(notice_id: NoticeId, db: Db) -> dict[str, Any]:
    async with db.reading() as session:
        return schemas.view(await drafting.get(session, notice_id))


@router.post("/{notice_id}/households", status_code=201)
async def add_households(notice_id: NoticeId, given: schemas.Households, db: Db, key: Key) -> JSONResponse:
    """Put households on the list of a draft, up to 10 000 a call; the same phone counts once."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        notice = await drafting.get(session, notice_id, lock=True)
        return 201, {"added": await announcements.add_households(session, notice, given.households)}

    return await write_once(db, key, ["households", notice_id, given.model_dump(mode="json")], run)


@router.get("/{notice_id}/preview")
async def preview(notice_id: NoticeId, db: Db) -> dict[str, Any]:
    """Whom it would reach now: by source and channel, and how many not, by reason."""
    async with db.reading() as session:
        return await announcements.preview(session, await drafting.get(session, notice_id))


@router.post("/{notice_id}/approval")
async def approve(notice_id: NoticeId, by: schemas.Approval, db: Db, key: Key) -> JSONResponse:
    """By somebody else than its author; it goes out at `send_at`."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        notice = await drafting.get(session, notice_id, lock=True)
        await announcements.approve(session, notice, by)
        return 200, schemas.view(notice)

    return await write_once(db, key, ["approval", notice_id, by.model_dump(mode="json")], run)


@router.post("/{notice_id}/cancellation")
async def cancel(notice_id: NoticeId, by: schemas.Cancellation, db: Db, key: Key) -> JSONResponse:
    """Stop what has not gone out. Who has it already is told by an announcement that `follows` this one."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        notice = await drafting.get(session, notice_id, lock=True)
        stopped = await announcements.cancel(session, notice, by)
        return 200, schemas.view(notice) | {"stopped": stopped}

    return await write_once(db, key, ["cancellation", notice_id, by.model_dump(mode="json")], run)


@router.get("/{notice_id}/report")
async def report(notice_id: NoticeId, db: Db) -> dict[str, Any]:
    """Counts by state, channel and reason; the share reached; who still has to confirm."""
    async with db.reading() as session:
        return await reports.report(session, await drafting.get(session, notice_id))


@router.get("/{notice_id}/deliveries.csv", response_class=StreamingResponse)
async def export(notice_id: NoticeId, db: Db) -> StreamingResponse:
    """One line a recipient, phones masked."""
    async with db.reading() as session:
        await drafting.get(session, notice_id)

    async def lines() -> AsyncIterator[str]:
        async with db.reading() as session:
            async for part in reports.rows(session, notice_id):
                yield part

    disposition = {"Content-Disposition": f'attachment; filename="{notice_id}.csv"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=disposition)


@router.post("/deliveries/{delivery_id}/receipts")
async def note_receipt(delivery_id: DeliveryId, receipt: schemas.DoorReceipt, db: Db, key: Key) -> JSONResponse:
    """What a door hears after it has sent: delivered, failed, or confirmed by the person."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        row = await reports.note_receipt(session, delivery_id, receipt)
        return 200, {"delivery_id": delivery_id, "state": row.state, "is_confirmed": row.confirmed_at is not None}

    return await write_once(db, key, ["receipts", delivery_id, receipt.model_dump(mode="json")], run)
