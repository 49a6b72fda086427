"""The templates as they are written down, and which one an order follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Step:
    """What is done, and the role that answers for it (`machine.ROLES`)."""

    do: str
    by: str


@dataclass(frozen=True)
class Template:
    """One version of one process. Empty conditions hold for every order of the type."""

    name: str
    version: int
    label: str
    order_type: str
    categories: frozenset[str]
    user_kinds: frozenset[str]
    published_on: date | None
    steps: tuple[Step, ...]
    source: str

    @property
    def code(self) -> str:
        """As an order is stamped: `apply.home@1`."""
        return f"{self.name}@{self.version}"

    def fits(self, order_type: str, category: str | None, user_kind: str | None) -> bool:
        return (
            self.order_type == order_type
            and (not self.categories or category in self.categories)
            and (not self.user_kinds or user_kind in self.user_kinds)
        )

    @property
    def weight(self) -> tuple[bool, bool]:
        """A rule for a nature of use goes before one for a category, both before none."""
        return bool(self.user_kinds), bool(self.categories)


@cache
def templates() -> tuple[Template, ...]:
    raw = yaml.safe_load(Path(__file__).with_name("processes.yml").read_text(encoding="utf-8"))
    return tuple(
        Template(
            row["name"],
            row["version"],
            row["label"],
            row["order_type"],
            frozenset(row.get("categories", ())),
            frozenset(row.get("user_kinds", ())),
            row.get("published_on"),
            tuple(Step(**step) for step in row["steps"]),
            row["source"],
        )
        for row in raw["processes"]
    )


def named(code: str) -> Template | None:
    return next((t for t in templates() if t.code == code), None)


def choose(
    known: Iterable[Template], order_type: str, category: str | None, user_kind: str | None, published: frozenset[str]
) -> Template | None:
    """The process an order of this customer follows: the closest fit, and of it the newest published version.

    A closest fit with no published version is given as it is (its newest draft): the order waits until somebody
    publishes it rather than going a way that was not meant for this customer. None when no template fits.
    """
    fitting = [t for t in known if t.fits(order_type, category, user_kind)]
    if not fitting:
        return None
    closest = max(t.weight for t in fitting)
    ours = [t for t in fitting if t.weight == closest]
    return max(ours, key=lambda t: (t.code in published, t.version))
