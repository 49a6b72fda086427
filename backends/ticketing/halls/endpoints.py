"""/v1/halls: opinions of visitors as orders, and each hall's picture by aspect."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.checks import service as checks
from backends.ticketing.checks.checklists import ASPECTS
from backends.ticketing.complaints.endpoints import staff_only
from backends.ticketing.fields import Phone, Strict, Text1000, Word
from backends.ticketing.halls.models import Opinion
from backends.ticketing.web import Db, Key, Looks, write_once
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.models import WorkOrder

router = APIRouter(prefix="/halls", tags=["halls"])
Hall = Annotated[Word, Path()]
Aspect = Literal["environment", "guidance", "waiting", "staff", "facilities"]


class NewOpinion(Strict):
    """One entry of the opinion book: what it is about, and whether it asks, blames or thanks."""

    kind: Literal["suggestion", "complaint", "praise"]
    aspect: Aspect
    said: Text1000
    contact_name: Word | None = None
    contact_phone: Phone | None = None

    def as_order(self, hall: str) -> Any:
        common = {"channel": "counter", "contact_name": self.contact_name, "contact_phone": self.contact_phone}
        if self.kind == "complaint":
            which = "attitude" if self.aspect == "staff" else "other"
            told = {
                "order_type": "complaint",
                "complaint_class": which,
                "what_happened": self.said,
                "staff_or_team": hall,
            }
            return schemas.NewComplaint.model_validate({**common, **told})
        if self.kind == "praise":
            told = {"order_type": "praise", "content": self.said, "praised_staff": hall}
            return schemas.NewPraise.model_validate({**common, **told})
        told = {"order_type": "suggestion", "content": self.said, "suggestion_area": "service"}
        return schemas.NewSuggestion.model_validate({**common, **told})


@router.post("/{hall}/opinions", status_code=201)
async def leave(hall: Hall, new: NewOpinion, db: Db, key: Key, look: Looks) -> JSONResponse:
    """Becomes an order with its own number and promise."""
    staff_only(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        order = (await orders.file(session, new.as_order(hall), key=f"hall:{key}")).order
        session.add(Opinion(hall=hall, aspect=new.aspect, kind=new.kind, order_no=order.order_no, at=moment()))
        await session.flush()
        return 201, {"order_no": order.order_no, "hall": hall, "aspect": new.aspect, "kind": new.kind}

    return await write_once(db, key, ["opinion", hall, new.model_dump()], run)


@router.get("/{hall}/picture")
async def picture(hall: Hall, db: Db, look: Looks, days: Annotated[int, Query(ge=1, le=366)] = 90) -> dict[str, Any]:
    """By aspect: what visitors said in so many days, and what the checks found that is not put right."""
    staff_only(look)
    since = moment() - timedelta(days=days)
    async with db.reading() as session:
        said = await _said(session, hall, since)
        found = await checks.open_findings(session, hall)
        sheets = await checks.sheets_of(session, hall, 1)
    rows = [
        {
            "aspect": aspect,
            "label": ASPECTS[aspect],
            "opinions": dict(said[aspect]),
            "findings": [f.note for f in found if f.aspect == aspect],
        }
        for aspect in ("environment", "guidance", "waiting", "staff", "facilities")
    ]
    return {"hall": hall, "last_score": sheets[0].score if sheets else None, "aspects": rows}


async def _said(session: AsyncSession, hall: str, since: Any) -> dict[str, dict[str, int]]:
    """Aspect → kind → how many, with how many of them are still open."""
    is_open = sa.func.count().filter(WorkOrder.closed_at.is_(None))
    query = (
        sa.select(Opinion.aspect, Opinion.kind, sa.func.count(), is_open)
        .join(WorkOrder, WorkOrder.order_no == Opinion.order_no)
        .where(Opinion.hall == hall, Opinion.at >= since)
        .group_by(Opinion.aspect, Opinion.kind)
    )
    out: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for aspect, kind, count, left in (await session.execute(query)).all():
        out[aspect][kind] += count
        out[aspect]["open"] += left
    return out
