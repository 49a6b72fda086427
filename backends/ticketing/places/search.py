"""Which place does somebody mean, and which building and room of it? Pure; the caller brings the known places.

Tolerant of what customers leave out or mis-hear: aliases, a part of the name (翠湖), Chinese for Arabic numerals
(滨江一号, 滨江1号), one wrong character in a long name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from backends.ticketing.places.models import Place

_NUMERALS = str.maketrans("零一二三四五六七八九壹贰", "012345678912")
_ORNAMENT = re.compile(r"[\s,，。.、·\-—_（）()#]+")
_BUILDING = re.compile(r"(\d{1,4})\s*(?:号楼|栋|幢|座|号|组|楼)")
_UNIT_ROOM = re.compile(r"(?:(\d{1,2})单元)?\s*(\d{2,4})(?:室|房|号|$)|(\d{1,2})单元|-(\d{1,2})-(\d{2,4})")
_RURAL, _REMOTE = re.compile(r"[镇村]"), re.compile(r"乡|山")


@dataclass(frozen=True)
class Match:
    """`score` 1: named outright; below 0.9: guessed, ask back."""

    place: Place
    score: float
    building: int | None
    room: str | None
    rest: str
    """What followed the name, as the customer said it."""

    @property
    def address(self) -> str:
        return f"{self.place.city}{self.place.district}{self.place.name}{self.rest}"

    @property
    def transformer_area(self) -> str:
        """Of the building, else the place's first."""
        for area in self.place.areas:
            span = area.get("buildings")
            if self.building is not None and span and span[0] <= self.building <= span[1]:
                return str(area["code"])
        return str(self.place.areas[0]["code"]) if self.place.areas else ""


def plain(text: str) -> str:
    """For comparing only: no blanks and ornaments, Chinese numerals as digits, lower case."""
    return _ORNAMENT.sub("", text).translate(_NUMERALS).lower()


def search(text: str, places: Iterable[Place], *, limit: int = 5) -> list[Match]:
    """Places the text may mean, best first; empty when none is near."""
    asked = plain(text)
    if not asked:
        return []
    found = [match for place in places if (match := _match(asked, text, place))]
    found.sort(key=lambda m: (-m.score, -len(m.place.name), m.place.name))
    # Once a place is named outright, mere guesses are noise.
    if found and found[0].score >= 0.9:
        found = [m for m in found if m.score >= 0.9]
    return found[:limit]


def _match(asked: str, text: str, place: Place) -> Match | None:
    best, used = 0.0, ""
    for name, weight in ((place.name, 1.0), *((alias, 0.95) for alias in place.aliases)):
        score, part = _likeness(asked, plain(name))
        # Of two names that fit, the longer one says more.
        if (score * weight, len(part)) > (best, len(used)):
            best, used = score * weight, part
    if best < 0.5:
        return None
    rest = _rest(text, used)
    building, room = _building_and_room(plain(rest))
    return Match(place, round(best, 2), building, room, rest)


def _likeness(asked: str, name: str) -> tuple[float, str]:
    """How surely `asked` says `name`, and the part of `asked` that said it."""
    if name in asked:
        return 1.0, name
    for length in range(len(name) - 1, 1, -1):
        if name[:length] in asked:
            return 0.5 + 0.4 * length / len(name), name[:length]
    return _one_wrong(asked, name) if len(name) >= 4 else (0.0, "")


def _one_wrong(asked: str, name: str) -> tuple[float, str]:
    for start in range(len(asked) - len(name) + 1):
        window = asked[start : start + len(name)]
        if sum(a != b for a, b in zip(window, name, strict=True)) == 1:
            return 0.7, window
    return 0.0, ""


def _rest(text: str, used: str) -> str:
    """The text after the words that named the place, blanks dropped."""
    squeezed = _ORNAMENT.sub("", text) if "-" not in text else re.sub(r"\s+", "", text)
    at = squeezed.translate(_NUMERALS).lower().find(used)
    rest = squeezed[at + len(used) :] if at >= 0 and used else ""
    return re.sub(r"^(小区|社区)", "", rest)[:60]


def _building_and_room(rest: str) -> tuple[int | None, str | None]:
    building = _BUILDING.search(rest)
    after = rest[building.end() :] if building else rest
    room = _UNIT_ROOM.search(after) if building else None
    if room is None or not any(room.groups()):
        return (int(building[1]) if building else None), None
    unit, number = room[1] or room[3] or room[4], room[2] or room[5]
    return int(building[1]) if building else None, "-".join(part for part in (unit, number) if part)


def guess_area_kind(address: str) -> str:
    """The area class of an address whose place we do not know: by its 乡, 镇, 村; the strictest promise otherwise."""
    if _REMOTE.search(address):
        return "remote"
    return "rural" if _RURAL.search(address) else "urban"
