"""Which thresholds of outages hold today? Dated rows of `rules.yml`; the unit is the end of the name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from kernel import clock

FILE = Path(__file__).with_name("rules.yml")
_UNITS = {"min": "minutes", "h": "hours"}


@dataclass(frozen=True)
class Row:
    rule: str
    value: int
    valid_from: date
    source: str


@cache
def load(path: Path = FILE) -> tuple[Row, ...]:
    """Every row, the newest first. Raises TypeError on a row that is not whole."""
    rows = (Row(**row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"])
    return tuple(sorted(rows, key=lambda row: row.valid_from, reverse=True))


def value(name: str, on: date | None = None) -> int:
    """The value in force on that day (today); days before the first row are held to the first one.

    Raises:
        LookupError: there is no such rule.
    """
    day = on or clock.today()
    rows = [row for row in load() if row.rule == name]
    if not rows:
        raise LookupError(f"no rule {name}")
    return next((row.value for row in rows if row.valid_from <= day), rows[-1].value)


def span(name: str) -> timedelta:
    """The value of a rule whose name ends in `_min` or `_h`."""
    return timedelta(**{_UNITS[name.rsplit("_", 1)[1]]: value(name)})
