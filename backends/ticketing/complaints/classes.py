"""What may a complaint be about, and which department answers? Rows of `classes.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("classes.yml")


@dataclass(frozen=True)
class MainClass:
    name: str
    zh: str
    department: str


@dataclass(frozen=True)
class SecondClass:
    """`words` suggest it; `severity` normal or major is the default of a complaint of this kind."""

    code: str
    main: str
    zh: str
    severity: str
    words: tuple[str, ...]
    valid_from: date
    source: str


@cache
def _rows() -> tuple[dict[str, MainClass], dict[str, SecondClass]]:
    table = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    main = {r["class"]: MainClass(r["class"], r["zh"], r["department"]) for r in table["classes"]}
    second = {
        r["code"]: SecondClass(
            r["code"], r["class"], r["zh"], r["severity"], tuple(r["words"]), r["valid_from"], r["source"]
        )
        for r in table["second"]
    }
    return main, second


def main_classes() -> dict[str, MainClass]:
    return _rows()[0]


def second_classes(on: date) -> dict[str, SecondClass]:
    """Those in force on that day, in the order of the file."""
    return {code: row for code, row in _rows()[1].items() if row.valid_from <= on}


def suggested(words: str, on: date, *, main: str | None = None) -> list[SecondClass]:
    """The second classes the words speak of, in the order of the file; those of `main` only when it is given."""
    rows = second_classes(on).values()
    return [r for r in rows if main in (None, r.main) and any(word in words for word in r.words)]
