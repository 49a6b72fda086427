"""The checklists as they are written down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Item:
    code: str
    aspect: str
    label: str


@dataclass(frozen=True)
class Checklist:
    """`people` have to sign a sheet; `about` is `hall` or `equipment`."""

    code: str
    label: str
    about: str
    people: int
    source: str
    items: tuple[Item, ...]

    def unknown(self, codes: Iterable[str]) -> list[str]:
        return sorted(set(codes) - {item.code for item in self.items})

    def score(self, results: Mapping[str, str]) -> int:
        """Whole percent of what applies that is in order; 100 when nothing applies."""
        counted = [results[item.code] for item in self.items if results[item.code] != "not_applicable"]
        good = sum(result == "pass" for result in counted)
        return 100 * good // len(counted) if counted else 100


@cache
def checklists() -> dict[str, Checklist]:
    raw = yaml.safe_load(Path(__file__).with_name("checklists.yml").read_text(encoding="utf-8"))
    return {
        row["code"]: Checklist(
            row["code"], row["label"], row["about"], row["people"], row["source"],
            tuple(Item(**item) for item in row["items"]),
        )
        for row in raw["checklists"]
    }  # fmt: skip


ASPECTS = {
    "environment": "环境", "guidance": "公示与指引", "waiting": "等候", "staff": "服务人员", "facilities": "设施",
    "documents": "资料", "safety": "安全", "people": "人员", "metering": "计量",
}  # fmt: skip
