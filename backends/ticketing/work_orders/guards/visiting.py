"""Guards of appointments, urges and follow-ups (domain/work-orders.md 4.9–4.11)."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from backends.ticketing.work_orders.guards.looking import Guard, Moment, by_customer_or_after, reason_or
from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock

TRIES = 3  # of a follow-up (7.2)
_STARTS = {"am": time(9), "pm": time(13)}
_TIME_SAID = re.compile(r"\d{1,2}[:：]\d{2}|[\d一二三四五六七八九十两半]+\s*(点|时|分钟|小时|天|日)")


def starts_at(slot: dict[str, Any]) -> datetime | None:
    """When a half day (or the hour agreed on) begins; None when its day is no date."""
    try:
        day = datetime.fromisoformat(slot["day"]).date()
    except ValueError:
        return None
    begins = time.fromisoformat(slot["at"]) if slot.get("at") else _STARTS[slot["half"]]
    return datetime.combine(day, begins, clock.TZ)


def two_hours_ahead(order: WorkOrder, at: Moment) -> str | None:
    """A visit is moved two hours before it begins; later only with a reason."""
    if not at.act.data.get("confirmed_slot"):
        return "needs a new confirmed_slot"
    begins = starts_at(at.was.get("confirmed_slot") or {"day": ""})
    late = begins is not None and at.now > begins - timedelta(hours=2)
    return "less than two hours before it begins: a reason is needed" if late and not at.act.reason else None


def new_slot(_: WorkOrder, at: Moment) -> str | None:
    return None if at.act.data.get("confirmed_slot") else "needs a new confirmed_slot"


def costs_something(order: WorkOrder, _: Moment) -> str | None:
    return None if (order.details["fee_estimate_fen"] or 0) > 0 else "nothing to pay: no quotation is needed"


def fee_agreed(order: WorkOrder, _: Moment) -> str | None:
    return None if order.details["fee_agreed"] is True else "needs fee_agreed=true"


def target_open(_: WorkOrder, at: Moment) -> str | None:
    return None if at.target is not None and at.target.is_open else "the order it is about is finished"


def target_finished(_: WorkOrder, at: Moment) -> str | None:
    return "the order it is about is still open" if at.target is not None and at.target.is_open else None


def past_reply_by(order: WorkOrder, at: Moment) -> str | None:
    return None if at.now >= order.deadline_at else "the team still has time to answer"


def says_when(order: WorkOrder, at: Moment) -> str | None:
    """A team's answer names a time: in its words, or as `eta_told`."""
    said = at.act.data.get("eta_told") or _TIME_SAID.search(order.details["team_reply"] or "")
    return None if said else "the answer must say by when"


def at_a_decent_hour(order: WorkOrder, at: Moment) -> str | None:
    """Nobody is rung up by night."""
    rings = order.details["method"] == "phone"
    return "calls are made from 8:00 to 22:00" if rings and not 8 <= at.now.astimezone(clock.TZ).hour < 22 else None


def tried_less_than_thrice(_: WorkOrder, at: Moment) -> str | None:
    return None if at.count("attempt") < TRIES else "tried three times: it is final"


def tried_thrice(_: WorkOrder, at: Moment) -> str | None:
    return None if at.count("attempt") >= TRIES else "tried less than three times"


def is_content(order: WorkOrder) -> bool:
    """Solved, and 4 or 5 points, as far as the customer said anything of it."""
    answers = order.details["answers"] or {}
    solved = order.details["is_solved"] or answers.get("q1_restored") or "yes"
    score = answers.get("q2_score")
    return solved == "yes" and (not isinstance(score, int) or score > 3)


def content(order: WorkOrder, _: Moment) -> str | None:
    return None if is_content(order) else "the customer is not content"


def discontent(order: WorkOrder, _: Moment) -> str | None:
    return "the customer is content" if is_content(order) else None


def has_led_on(order: WorkOrder, at: Moment) -> str | None:
    """What the dissatisfaction led to is on record: another order, or what was done instead."""
    target = order.details["target_order_no"]
    beside = [no for no in order.related_order_nos if no != target]
    reopened = at.target is not None and at.target.reopened_count > 0
    return None if beside or reopened or at.act.reason else "needs the order it led to, or a reason"


GUARDS: dict[str, Guard] = {
    "at_a_decent_hour": at_a_decent_hour,
    "tried_less_than_thrice": tried_less_than_thrice,
    "tried_thrice": tried_thrice,
    "content": content,
    "discontent": discontent,
    "has_led_on": has_led_on,
    "two_hours_ahead": two_hours_ahead,
    "new_slot": new_slot,
    "costs_something": costs_something,
    "fee_agreed": fee_agreed,
    "called_in_vain": reason_or(
        lambda order, _: len(order.details["customer_calls"]) >= 2, "needs two customer_calls, or a reason"
    ),
    "feedback_or_three_days": by_customer_or_after(timedelta(days=3)),
    "target_open": target_open,
    "target_finished": target_finished,
    "past_reply_by": past_reply_by,
    "says_when": says_when,
}
