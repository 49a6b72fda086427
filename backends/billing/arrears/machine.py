"""The steps before power may be stopped, as a table; what the law asks of each (service-catalogue 4.2). Pure.

No step can be left out: stopping needs the stage that only the steps before it lead to, and looks once more at what may
have changed since.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kit.workdays import is_workday

LISTED_AFTER = 30  # days overdue that have to be over
EARLIEST, LATEST = 3, 7  # days between the notice and the stop
BEFORE_STOP = timedelta(minutes=30)
STAGES = ("reminded", "listed", "approved", "noticed", "warned", "stopped", "reconnecting", "closed")


@dataclass(frozen=True)
class Facts:
    """What is known of a case at this moment."""

    now: datetime
    stage: str
    overdue_days: int
    owes_fen: int
    has_dispute: bool
    has_life_support: bool
    is_critical: bool
    stop_at: datetime | None
    done: frozenset[str]
    """Names of the steps done since it was listed."""
    data: dict[str, Any]
    """What came with this step."""


Guard = Callable[[Facts], str | None]


@dataclass(frozen=True)
class Rule:
    step: str
    stages: frozenset[str]
    to: str | None
    """None: the stage stays."""
    guard: Guard
    asks: str
    """The condition in words, for docs/arrears.md."""


def _needs(name: str) -> Callable[[Facts], str | None]:
    return lambda facts: None if facts.data.get(name) else f"needs {name}"


def _may_list(facts: Facts) -> str | None:
    if facts.overdue_days <= LISTED_AFTER:
        return f"overdue for {facts.overdue_days} days, more than {LISTED_AFTER} are needed"
    return _spared(facts)


def _spared(facts: Facts) -> str | None:
    if facts.owes_fen <= 0:
        return "nothing is owed"
    return "a bill is disputed" if facts.has_dispute else None


def _may_approve(facts: Facts) -> str | None:
    if facts.has_life_support and not facts.data.get("life_support_checked_by"):
        return "a life-support device is registered: needs life_support_checked_by"
    return _spared(facts)


def _may_notice(facts: Facts) -> str | None:
    for name in ("method", "received_by", "stop_at"):
        if not facts.data.get(name):
            return f"needs {name}"
    stop_at: datetime = facts.data["stop_at"]
    days = (stop_at.date() - facts.now.date()).days
    if not EARLIEST <= days <= LATEST:
        return f"the notice comes {days} days before the stop; {EARLIEST} to {LATEST} are lawful"
    return _bad_day(stop_at.date()) or _spared(facts)


def _bad_day(day: date) -> str | None:
    """No stop on a holiday or the day before one, nor on a weekend before it is worked again."""
    if not is_workday(day) or not is_workday(day + timedelta(days=1)):
        return "the day of the stop or the day after is not worked"
    return None


def _may_warn(facts: Facts) -> str | None:
    if facts.is_critical and "reported" not in facts.done:
        return "a critical user: the report to the authority is missing"
    assert facts.stop_at is not None
    left = facts.stop_at - facts.now
    if not timedelta(0) <= left - BEFORE_STOP <= BEFORE_STOP:
        return "warn between one hour and thirty minutes before the stop"
    return _spared(facts)


def _may_stop(facts: Facts) -> str | None:
    assert facts.stop_at is not None
    if facts.now < facts.stop_at:
        return "not before the time of the notice"
    if facts.now - facts.stop_at > timedelta(hours=4):
        return "the time of the notice is past: give notice again"
    if facts.data.get("weather_red") is not False:
        return "say that no red weather warning holds (weather_red: false)"
    return _bad_day(facts.now.date()) or _spared(facts)


RULES = (
    Rule("list", frozenset({"reminded"}), "listed", _may_list, "逾期满 30 日，没有争议"),
    Rule("approve", frozenset({"listed"}), "approved", _may_approve, "负责人批准；有生命支持设备须主管先核"),
    Rule(
        "notice", frozenset({"approved", "noticed"}), "noticed", _may_notice,
        "停电前 3～7 天送达，停电日与次日须是工作日",
    ),
    Rule("report", frozenset({"noticed"}), None, _needs("receipt_no"), "重要用户报电力管理部门，要回执"),
    Rule("warn", frozenset({"noticed"}), "warned", _may_warn, "停电前 30～60 分钟再通知；重要用户先有回执"),
    Rule("stop", frozenset({"warned"}), "stopped", _may_stop, "不早于通知时间；再核欠费、争议、天气、节假日"),
    Rule(
        "hardship", frozenset({"reminded", "listed", "approved", "noticed"}), "reminded", _needs("plan"),
        "登记困难，约定分期",
    ),
)  # fmt: skip
BY_STEP = {rule.step: rule for rule in RULES}


def refusal(facts: Facts, step: str) -> str | None:
    """Why a step may not be done now; None when it may."""
    rule = BY_STEP[step]
    if facts.stage not in rule.stages:
        return f"{step} is not possible at stage {facts.stage}"
    return rule.guard(facts)
