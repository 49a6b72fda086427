"""GET /v1/places"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from backends.ticketing.fields import clean
from backends.ticketing.places import service
from backends.ticketing.web import Db

router = APIRouter(tags=["places"])


@router.get("/places")
async def find_places(
    db: Db, q: Annotated[str, Query(max_length=200)], limit: Annotated[int, Query(ge=1, le=20)] = 5
) -> dict[str, Any]:
    """Places named in `q`, best first, with the address to write on an order and the area class."""
    async with db.reading() as session:
        return {"items": [service.view(match) for match in await service.find(session, clean(q), limit=limit)]}
