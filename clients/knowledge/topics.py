"""Which post answers for a topic, and by when does it look at its entries again?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

FILE = Path(__file__).resolve().parents[2] / "data" / "knowledge" / "topics.yml"
Cycle = Literal["monthly", "quarterly", "half_yearly"]
_MONTHS: dict[str, int] = {"monthly": 1, "quarterly": 3, "half_yearly": 6}


@dataclass(frozen=True)
class Topic:
    prefix: str
    topic: str
    owner: str
    review: Cycle


@lru_cache(maxsize=1)
def topics() -> dict[str, Topic]:
    """By the topic's name."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {row["topic"]: Topic(**row) for row in rows}


def next_review(topic: str, *, after: date) -> date:
    """The first day of the next month, quarter or half year; a topic nobody named is looked at each quarter."""
    known = topics().get(topic)
    months = _MONTHS[known.review] if known else 3
    ahead = (after.month - 1) // months * months + months
    return date(after.year + ahead // 12, ahead % 12 + 1, 1)
