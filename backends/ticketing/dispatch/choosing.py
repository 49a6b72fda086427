"""Which crew is offered an order, and in which order a crew sees its own (domain/work-orders.md 5.1). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock

URGENT = 2  # life, and critical or life-support users: they go before what a crew is at


@dataclass(frozen=True)
class Need:
    """What an order asks of a crew."""

    district: str | None
    skill: str
    priority: int


@dataclass(frozen=True)
class Candidate:
    """A crew as it stands. `urgent` counts its open orders of priority 1 and 2, `busy` all of them; `passed` how often
    it has declined this order or let it lie."""

    crew_no: str
    districts: Sequence[str]
    skills: Sequence[str]
    is_on_duty: bool
    busy: int = 0
    urgent: int = 0
    passed: int = 0


def need_of(order: WorkOrder, district: str | None) -> Need:
    """Danger needs a crew trained for it, a meter one that knows meters, the rest any."""
    skill = "low_voltage"
    if order.details["hazard_kind"] != "none":
        skill = "emergency"
    elif order.details["symptom"] == "meter_abnormal":
        skill = "metering"
    return Need(district, skill, order.priority)


def choose(need: Need, crews: Iterable[Candidate]) -> Candidate | None:
    """The nearest free crew: one that did not pass yet goes first, then each open order weighs as much as one district
    further off. Urgent orders see only what is as urgent: a crew mending a fuse is free for a life-support user.

    None when nobody on duty serves the district and has the skill.
    """
    able = [crew for crew in crews if _is_able(crew, need)]
    return min(able, key=lambda crew: _rank(crew, need), default=None)


def _is_able(crew: Candidate, need: Need) -> bool:
    serves = need.district is None or need.district in crew.districts
    return crew.is_on_duty and need.skill in crew.skills and serves


def _rank(crew: Candidate, need: Need) -> tuple[int, int, int, str]:
    away = crew.districts.index(need.district) if need.district in crew.districts else 0
    load = crew.urgent if need.priority <= URGENT else crew.busy
    return crew.passed, load + away, away, crew.crew_no


def is_on_duty(duty: Iterable[dict[str, Any]], at: datetime) -> bool:
    """Whether a span of the day holds this moment in Shanghai; a span may go over midnight, the same hour twice is the
    whole day."""
    now = at.astimezone(clock.TZ).time()
    spans = [(time.fromisoformat(span["from"]), time.fromisoformat(span["to"])) for span in duty]
    return any(
        begins == ends or (begins <= now < ends if begins < ends else now >= begins or now < ends)
        for begins, ends in spans
    )


def sorted_for_crew(orders: Iterable[WorkOrder]) -> list[WorkOrder]:
    """5.1: by priority, life support and critical users before others of it, then the promise, then who came first."""

    def place(order: WorkOrder) -> tuple[Any, ...]:
        details = order.details
        frail = bool(details["is_life_support"]) or details["critical_user_kind"] != "none"
        return order.priority, not frail, details["on_site_by"], order.registered_at, order.order_no

    return sorted(orders, key=place)
