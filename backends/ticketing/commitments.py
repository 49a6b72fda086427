"""By when have we promised it? Dated rows of `commitments.yml`, turned into moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from backends.ticketing import calendar
from kernel import clock

FILE = Path(__file__).with_name("commitments.yml")
Unit = Literal["s", "min", "h", "workhour", "workday"]
_BY_THE_CLOCK = {"s": "seconds", "min": "minutes", "h": "hours"}


@dataclass(frozen=True)
class Commitment:
    """`applies_to` narrows the promise (area kind, topic, business type); None holds for the rest."""

    kpi: str
    applies_to: str | None
    value: int
    unit: Unit
    valid_from: date
    source: str

    def end(self, start: datetime) -> datetime:
        """When the promise runs out that starts at `start` (aware)."""
        if self.unit == "workday":
            return calendar.end_of_workday(start, self.value)
        if self.unit == "workhour":
            return calendar.add_work_hours(start, self.value)
        return start + self.length

    @property
    def length(self) -> timedelta:
        """Of a promise by the clock. Raises KeyError for one in working time."""
        return timedelta(**{_BY_THE_CLOCK[self.unit]: self.value})


@cache
def load(path: Path = FILE) -> tuple[Commitment, ...]:
    """Every row of the file, in file order. Raises KeyError or TypeError on a row that is not whole."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["commitments"]
    return tuple(Commitment(r["kpi"], r["for"], r["value"], r["unit"], r["valid_from"], r["source"]) for r in rows)


def in_force(kpi: str, applies_to: str | None, on: date, rows: tuple[Commitment, ...] | None = None) -> Commitment:
    """The newest row in force on that day; a narrowed row goes before the general one. Days before the first row are
    held to the first one.

    Raises:
        LookupError: nothing like this is promised at all.
    """
    for wanted in dict.fromkeys((applies_to, None)):
        fitting = sorted(
            (r for r in rows or load() if r.kpi == kpi and r.applies_to == wanted), key=lambda r: r.valid_from
        )
        if fitting:
            return next((r for r in reversed(fitting) if r.valid_from <= on), fitting[0])
    raise LookupError(f"no commitment {kpi} for {applies_to}")


def due(kpi: str, start: datetime, applies_to: str | None = None) -> datetime:
    """When the promise made at `start` (aware) runs out, to the second, Asia/Shanghai."""
    start = start.astimezone(clock.TZ).replace(microsecond=0)
    return in_force(kpi, applies_to, start.date()).end(start)
