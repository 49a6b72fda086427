"""Which kinds of notice are there, when may they go out, and to whom? Dated rows of `kinds.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kernel import clock

FILE = Path(__file__).with_name("kinds.yml")
_UNITS = {"min": "minutes", "h": "hours", "d": "days"}


def span(text: str) -> timedelta:
    """`7d`, `24h`, `30min`. Raises ValueError for anything else."""
    match = re.fullmatch(r"(\d+)(min|h|d)", text)
    if match is None:
        raise ValueError(f"no span of time: {text}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@dataclass(frozen=True)
class Kind:
    """One row.

    Attributes:
        lead: how long before what it speaks of it goes out, longest first.
        at_least, at_most: bounds of the time it leaves before that hour (停电通知书: 3 and 7 days).
    """

    name: str
    zh: str
    valid_from: date
    source: str
    lead: tuple[timedelta, ...] = ()
    at_least: timedelta = timedelta(0)
    at_most: timedelta = timedelta.max
    is_urgent: bool = False
    may_decline: bool = False
    needs_consent: bool = False
    rings: bool = False

    @property
    def topic(self) -> str:
        """Which subscription covers it."""
        return self.name if self.needs_consent else "outage"


@dataclass(frozen=True)
class Limits:
    quiet_from: time
    quiet_to: time
    most: int
    within: timedelta


def _kind(row: dict[str, Any]) -> Kind:
    return Kind(
        row["kind"],
        row["zh"],
        row["valid_from"],
        row["source"],
        tuple(span(s) for s in row.get("lead", ())),
        span(row["at_least"]) if "at_least" in row else timedelta(0),
        span(row["at_most"]) if "at_most" in row else timedelta.max,
        row.get("urgent", False),
        row.get("decline", False),
        row.get("consent", False),
        row.get("rings", False),
    )


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


@cache
def load() -> tuple[Kind, ...]:
    """Every row, in file order."""
    return tuple(_kind(row) for row in _file()["kinds"])


@cache
def limits() -> Limits:
    quiet, rate = _file()["quiet"], _file()["rate"]
    begins, ends = (time.fromisoformat(quiet[side]) for side in ("from", "to"))
    return Limits(begins, ends, rate["most"], span(rate["within"]))


def in_force(name: str, on: date, rows: tuple[Kind, ...] | None = None) -> Kind:
    """The newest row of this kind on that day; days before the first row are held to it. Raises LookupError."""
    fitting = sorted((k for k in rows or load() if k.name == name), key=lambda k: k.valid_from)
    if not fitting:
        raise LookupError(f"no kind of notice {name}")
    return next((k for k in reversed(fitting) if k.valid_from <= on), fitting[0])


def is_quiet(moment: datetime) -> bool:
    """Between 22:00 and 8:00 in Shanghai (work-orders.md 4)."""
    at, allowed = moment.astimezone(clock.TZ).time(), limits()
    return at >= allowed.quiet_from or at < allowed.quiet_to


def opens(moment: datetime) -> datetime:
    """`moment` itself by day, else the next 8:00."""
    if not is_quiet(moment):
        return moment
    local, allowed = moment.astimezone(clock.TZ), limits()
    day = local.date() + timedelta(days=1 if local.time() >= allowed.quiet_from else 0)
    return datetime.combine(day, allowed.quiet_to, clock.TZ)


def earliest(kind: Kind, moment: datetime) -> datetime:
    """When a notice of this kind that is ready at `moment` may go out."""
    return moment if kind.is_urgent else opens(moment)
