"""What the ticketing system knows of a place: outages there, its name in these words, where a caller probably is."""

from __future__ import annotations

import re

from actions import services
from actions.turn import Turn
from clients.ticketing.protocol import Outage
from kernel.errors import ServiceError

CLEARLY_NAMED = 0.75  # clients.ticketing.protocol.Place.score: below this somebody would have to ask back
_BUILDING = r"[\d一二三四五六七八九十]+(号楼|栋|幢)"


async def outages_at(place: str) -> list[Outage]:
    """What is known for this place now and for the next days; empty when the ticketing system cannot say."""
    try:
        return list(await services.ticketing().outages(q=place))
    except ServiceError:
        return []


async def hinted_place(turn: Turn) -> str | None:
    """Community of the caller's number; a hint only, never spoken as their address."""
    if not turn.known_phone:
        return None
    try:
        hint = await services.billing().area_hint(turn.known_phone)
    except ServiceError:
        return None
    return hint.community if hint else None


async def named_place(turn: Turn) -> str | None:
    """A place of ours in these words although no entity was found: the ticketing system knows all of them."""
    if len(turn.text) < 3:
        return None
    try:
        found = await services.ticketing().places(turn.text, limit=1)
    except ServiceError:
        return None
    return found[0].address if found and found[0].score >= CLEARLY_NAMED else None


def joined(before: str | None, place: str, turn: Turn) -> str:
    """A room said after the community belongs to it; a community said anew stands for itself."""
    if before and not turn.has("community", "address") and turn.has("room"):
        return re.sub(r"(\d+单元)?\d{2,4}室?$", "", before) + place
    if before and re.fullmatch(_BUILDING, place) and re.search(_BUILDING, before):
        return re.sub(_BUILDING, place, before, count=1)  # 不对，是7栋: unit and room stay
    if before and re.fullmatch(rf"{_BUILDING}.*", place):
        return re.sub(rf"{_BUILDING}.*$", "", before) + place
    if before and before.startswith(place):
        return before  # 不对，翠湖花园: the name again; the building it was said with stays
    return place
