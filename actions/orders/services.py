"""What does a business ask for and how long does it take; what does a home draw; when is a hall open?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from kernel import clock
from kernel.numbers_zh import int_of

FILE = Path(__file__).with_name("services.yml")


@dataclass(frozen=True)
class Row:
    """`valid_to` None: until something newer is in force."""

    name: str
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True)
class Service(Row):
    label: str
    steps: str
    within: str
    fee: str
    materials: tuple[str, ...]
    speech: str
    """The same for the ear, at most 70 characters."""

    @property
    def told(self) -> str:
        bring = f"材料：{'、'.join(self.materials)}，没有的可以后补。" if self.materials else ""
        return f"{self.steps}，{self.within}，{self.fee}。{bring}"


@dataclass(frozen=True)
class Load(Row):
    kw: int


@dataclass(frozen=True)
class Hall(Row):
    short: str
    address: str
    weekday: tuple[time, time]
    weekend: tuple[time, time] | None

    def hours(self, day: date) -> tuple[time, time] | None:
        """Opening and closing on that day, None when it is shut."""
        return self.weekday if day.weekday() < 5 else self.weekend


T = TypeVar("T", bound=Row)


@cache
def _rows(path: Path = FILE) -> dict[str, list[dict[str, Any]]]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _common(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {"name": row[name], **{k: row.get(k) for k in ("valid_from", "valid_to", "source")}}


@cache
def services() -> tuple[Service, ...]:
    own = ("label", "steps", "within", "fee", "speech")
    return tuple(
        Service(**_common(r, "service"), **{k: r[k] for k in own}, materials=tuple(r["materials"]))
        for r in _rows()["services"]
    )


@cache
def loads() -> tuple[Load, ...]:
    return tuple(Load(**_common(r, "appliance"), kw=int(r["kw"])) for r in _rows()["loads"])


@cache
def halls() -> tuple[Hall, ...]:
    return tuple(
        Hall(
            **_common(r, "hall"),
            short=r["short"],
            address=r["address"],
            weekday=_span(r["weekday"]),
            weekend=_span(r["weekend"]) if r.get("weekend") else None,
        )
        for r in _rows()["halls"]
    )


def _span(texts: Sequence[str]) -> tuple[time, time]:
    return time.fromisoformat(texts[0]), time.fromisoformat(texts[1])


def in_force(rows: Sequence[T], name: str, on: date | None = None) -> T | None:
    """The newest row of that name in force on the day (today by default); None when there is none."""
    day = on or clock.today()
    fits = [r for r in rows if r.name == name and r.valid_from <= day and (r.valid_to is None or day <= r.valid_to)]
    return max(fits, key=lambda row: row.valid_from, default=None)


def service(name: str, on: date | None = None) -> Service | None:
    return in_force(services(), name, on)


def estimated_kw(words: str) -> int:
    """What a home with these appliances draws: the base and each one named, as often as it was said (两台空调)."""
    base = in_force(loads(), "base")
    total = base.kw if base else 0
    for name in sorted({row.name for row in loads()} - {"base"}):
        row = in_force(loads(), name)
        if row and name in words:
            total += row.kw * _count(words, name)
    return total


def _count(words: str, appliance: str) -> int:
    if re.search(rf"(没有?|不装|不要|无)[^，,。]{{0,3}}{appliance}", words):
        return 0
    found = re.search(rf"([0-9一二两三四五六七八九十]+)[台个部]?{appliance}", words)
    return (int_of(found[1]) or 1) if found else 1
