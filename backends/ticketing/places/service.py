"""Where is it, and what does that mean: area class, transformer area, crew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.order_types import CREW_OF_DISTRICT, ORDER_TYPES
from backends.ticketing.places import search
from backends.ticketing.places.models import Place


@dataclass(frozen=True)
class Site:
    """What is known of where an order is."""

    community: str | None
    district: str | None
    transformer_area: str | None
    area_kind: str
    building: int | None = None
    address_key: str | None = None
    """The same household gives the same key, however it says its address."""

    @property
    def crew(self) -> str:
        return CREW_OF_DISTRICT.get(self.district or "", ORDER_TYPES["fault_report"].owner_team)


async def find(session: AsyncSession, text: str, *, limit: int = 5) -> list[search.Match]:
    """Places the text may mean, best first."""
    places = (await session.execute(sa.select(Place).order_by(Place.name))).scalars()
    return search.search(text, places, limit=limit)


async def locate(
    session: AsyncSession,
    *,
    address: str | None,
    community: str | None = None,
    transformer_area: str | None = None,
    area_kind: str | None = None,
) -> Site:
    """The site of an order; what the caller knows goes before what the text seems to say."""
    named = " ".join(part for part in (community, address) if part)
    match = next(iter(await find(session, address or "", limit=1)), None)
    if match is None or (community and match.place.name != community):
        match = next(iter(await find(session, named, limit=1)), None)
    place = match.place if match else await _place_of_area(session, transformer_area)
    kind = area_kind or (place.area_kind if place else search.guess_area_kind(named))
    return Site(
        community=community or (place.name if place else None),
        district=place.district if place else next((d for d in CREW_OF_DISTRICT if d in named), None),
        transformer_area=transformer_area or (match.transformer_area if match else None),
        area_kind=kind,
        building=match.building if match else None,
        address_key=_address_key(match, address),
    )


def _address_key(match: search.Match | None, address: str | None) -> str | None:
    if not address:
        return None
    if match is None:
        return search.plain(address)
    exact = f"{match.building}|{match.room or ''}" if match.building else search.plain(match.rest)
    return f"{match.place.name}|{exact}"


async def named(session: AsyncSession, name: str | None) -> Place | None:
    """The place of exactly this name."""
    return await session.get(Place, name) if name else None


def households_of(place: Place, transformer_area: str | None) -> int:
    """About how many households the area feeds: its share of the place, by its buildings where they are known."""
    spans = {a["code"]: a.get("buildings") for a in place.areas}
    span = spans.get(transformer_area)
    if len(spans) < 2 or transformer_area not in spans:
        return place.households
    if not span or not all(spans.values()):
        return place.households // len(spans)
    buildings = sum(pair[1] - pair[0] + 1 for pair in spans.values() if pair)
    return place.households * (span[1] - span[0] + 1) // buildings


def feeders_of(place: Place, transformer_areas: Sequence[str]) -> set[str]:
    """The lines that feed these areas, as far as the place knows them."""
    return {a["feeder"] for a in place.areas if a.get("feeder") and a["code"] in transformer_areas}


def building_of(address_key: str | None) -> int | None:
    """The building that `Site.address_key` names; None when it names none."""
    parts = (address_key or "").split("|")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else None


async def _place_of_area(session: AsyncSession, transformer_area: str | None) -> Place | None:
    if transformer_area is None:
        return None
    found = sa.select(Place).where(Place.areas.contains([{"code": transformer_area}])).limit(1)
    return (await session.execute(found)).scalar_one_or_none()


def view(match: search.Match) -> dict[str, Any]:
    return {
        "name": match.place.name,
        "kind": match.place.kind,
        "district": match.place.district,
        "area_kind": match.place.area_kind,
        "transformer_area": match.transformer_area,
        "address": match.address,
        "building": match.building,
        "room": match.room,
        "households": match.place.households,
        "score": match.score,
    }
