"""Which orders are followed up, how, and which are drawn when not all are: dated rows of `rules.yml`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from backends.ticketing.work_orders.models import WorkOrder

FILE = Path(__file__).with_name("rules.yml")
TRIES = 3
FIRST_AFTER = timedelta(minutes=30)  # nobody is asked while the crew is still packing up
ANSWER_WITHIN = timedelta(hours=4)  # a message without an answer for so long has none
AGAIN_AFTER = timedelta(hours=2)  # 7.2: calls are two hours apart at least
QUIET_FROM, QUIET_TO = 22, 8  # hours of the day between which nobody is disturbed


@dataclass(frozen=True)
class Rule:
    """Attributes:
    method: `message` (WeChat or SMS, as the customer came), `card`, `phone`.
    share: how many of a hundred; `marked`: those marked `needs_follow_up` besides.
    """

    target: str
    after: frozenset[str]
    kind: str
    method: str
    then: str | None
    share: int
    marked: bool
    valid_from: date
    source: str


@cache
def load(path: Path = FILE) -> tuple[Rule, ...]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
    return tuple(
        Rule(
            r["target"], frozenset(r["after"]), r["kind"], r["method"], r.get("then"), r["share"],
            r.get("marked", False), r["valid_from"], r["source"],
        )
        for r in rows
    )  # fmt: skip


def of(order_type: str, event: str, on: date, rows: tuple[Rule, ...] | None = None) -> list[Rule]:
    """The rules of this event in force on that day, the newest of each way of asking."""
    fitting = [r for r in rows or load() if r.target == order_type and event in r.after and r.valid_from <= on]
    newest: dict[str, Rule] = {}
    for rule in sorted(fitting, key=lambda r: r.valid_from):
        newest[rule.method] = rule
    return list(newest.values())


def is_drawn(order: WorkOrder, rule: Rule) -> bool:
    return place_of(order.order_no, rule.method) < rule.share or (
        rule.marked and bool(order.details["needs_follow_up"])
    )


def place_of(order_no: str, salt: str) -> float:
    """Where an order stands in the draw, 0 to 100: the same whenever and wherever it is drawn, and nobody's choice."""
    drawn = hashlib.sha256(f"{salt}:{order_no}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") / 2**64 * 100
