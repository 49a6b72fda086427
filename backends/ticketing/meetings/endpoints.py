"""/v1/meetings: what customers raised when we met them, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.checks.schemas import Day
from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.errors import BadField
from backends.ticketing.fields import Line, Phone, Strict, Text1000, Word
from backends.ticketing.meetings.errors import MeetingNotFound
from backends.ticketing.meetings.models import Meeting, Topic
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.models import WorkOrder
from kernel import ids

router = APIRouter(prefix="/meetings", tags=["meetings"])
MeetingNo = Annotated[str, Path(pattern=r"^HY[A-Za-z0-9_-]{3,60}$")]


class NewMeeting(Strict):
    kind: Literal["forum", "committee", "plan"]
    title: Line
    place: Line
    held_on: Day
    minutes: Text1000 | None = None


class NewTopic(Strict):
    """A suggestion that is on file already, or the words of a new one."""

    title: Line
    order_no: Annotated[str, Field(pattern=r"^JY[0-9]{12,16}$")] | None = None
    content: Text1000 | None = None
    suggestion_area: schemas.SuggestionArea = "other"  # type: ignore[valid-type]
    contact_name: Word | None = None
    contact_phone: Phone | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> NewTopic:
        if (self.order_no is None) == (self.content is None):
            raise ValueError("give order_no or content")
        return self


@router.post("", status_code=201)
async def hold(new: NewMeeting, db: Db, key: Key, look: Looks) -> JSONResponse:
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        meeting = Meeting(meeting_no=ids.new_id("HY"), **new.model_dump())
        session.add(meeting)
        await session.flush()
        return 201, _meeting(meeting)

    return await write_once(db, key, ["meetings", new.model_dump(mode="json")], run)


@router.get("")
async def list_meetings(db: Db, look: Looks, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> dict[str, Any]:
    """Newest first, each with how many topics were raised and how many are answered."""
    staff_only(look)
    async with db.reading() as session:
        found = (await session.execute(sa.select(Meeting).order_by(Meeting.held_on.desc()).limit(limit))).scalars()
        return {"items": [_meeting(m) | {"topics": await _topics(session, m.meeting_no)} for m in found]}


@router.get("/{meeting_no}")
async def read(meeting_no: MeetingNo, db: Db, look: Looks) -> dict[str, Any]:
    """Each topic with the state of its suggestion: answered or not, adopted or why not."""
    staff_only(look)
    async with db.reading() as session:
        meeting = await _get(session, meeting_no)
        return _meeting(meeting) | {"topics": await _topics(session, meeting_no)}


@router.post("/{meeting_no}/topics", status_code=201)
async def raise_topic(meeting_no: MeetingNo, new: NewTopic, db: Db, key: Key, look: Looks) -> JSONResponse:
    """What somebody said becomes a suggestion like any other, answered within its ten working days."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        await _get(session, meeting_no)
        order = await _suggestion(session, new, key=key)
        session.add(Topic(meeting_no=meeting_no, title=new.title, order_no=order.order_no))
        await session.flush()
        return 201, _topic(new.title, order)

    return await write_once(db, key, ["topics", meeting_no, new.model_dump()], run)


async def _suggestion(session: AsyncSession, new: NewTopic, *, key: str) -> WorkOrder:
    if new.order_no:
        order = await orders.get(session, new.order_no)
        if order.order_type != "suggestion":
            raise BadField("order_no", "a suggestion is wanted")
        return order
    fields = new.model_dump(include={"content", "suggestion_area", "contact_name", "contact_phone"})
    told = schemas.NewSuggestion.model_validate({"order_type": "suggestion", "channel": "on_site", **fields})
    return (await orders.file(session, told, key=f"topic:{key}")).order


async def _get(session: AsyncSession, meeting_no: str) -> Meeting:
    found = await session.get(Meeting, meeting_no)
    if found is None:
        raise MeetingNotFound(meeting_no)
    return found


async def _topics(session: AsyncSession, meeting_no: str) -> list[dict[str, Any]]:
    query = sa.select(Topic.title, WorkOrder).join(WorkOrder, WorkOrder.order_no == Topic.order_no)
    rows = (await session.execute(query.where(Topic.meeting_no == meeting_no).order_by(Topic.id))).all()
    return [_topic(title, order) for title, order in rows]


def _topic(title: str, order: WorkOrder) -> dict[str, Any]:
    names = ("content", "suggestion_area", "adoption", "reply_text", "reply_by", "replied_at")
    shown = {name: order.details.get(name) for name in names}
    return {"title": title, "order_no": order.order_no, "status": order.status, **shown}


def _meeting(one: Meeting) -> dict[str, Any]:
    names = ("meeting_no", "kind", "title", "place", "minutes")
    return {**{name: getattr(one, name) for name in names}, "held_on": one.held_on.isoformat()}
