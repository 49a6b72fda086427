"""Guards of applications (domain/work-orders.md 4.2). Types by service-catalogue 2.2."""

from __future__ import annotations

from datetime import timedelta

from backends.ticketing.work_orders.guards.looking import Guard, Moment, has_new_paper, reason_or
from backends.ticketing.work_orders.models import WorkOrder

ENERGIZED = frozenset(
    {"new_residential", "new_low_business", "new_high_single", "new_high_double", "temporary", "increase"}
    | {"ev_charger", "pv_connect", "relocate", "resume"}
)
SURVEYED = ENERGIZED - {"resume"} | {"move_meter", "meter_test", "change_category"}
# A plan is good for a year at high voltage, for three months at low voltage (public supply rules).
_PLAN_HIGH, _PLAN_LOW = timedelta(days=365), timedelta(days=90)
_HIGH = frozenset({"new_high_single", "new_high_double"})


def papers_complete(order: WorkOrder, _: Moment) -> str | None:
    short = [m["name"] for m in order.details["materials"] if m["state"] in ("missing", "rejected")]
    return f"papers are missing: {'、'.join(short)}" if short else None


def papers_missing(order: WorkOrder, at: Moment) -> str | None:
    short = any(m["state"] in ("missing", "rejected") for m in order.details["materials"])
    return None if short else "say which papers are missing (materials, or a reason)"


def new_paper(order: WorkOrder, at: Moment) -> str | None:
    return None if has_new_paper(order, at) else "nothing new was brought (materials uploaded, attachment_keys)"


def needs_survey(order: WorkOrder, _: Moment) -> str | None:
    return None if order.details["apply_type"] in SURVEYED else "this kind of application needs no survey"


def needs_no_survey(order: WorkOrder, _: Moment) -> str | None:
    return "this kind of application needs a survey" if order.details["apply_type"] in SURVEYED else None


def plan_still_good(order: WorkOrder, at: Moment) -> str | None:
    good_for = _PLAN_HIGH if order.details["apply_type"] in _HIGH else _PLAN_LOW
    return None if at.stood(order.status) <= good_for else "the plan is no longer valid"


def ends_without_power(order: WorkOrder, _: Moment) -> str | None:
    return "this kind of application ends with power on" if order.details["apply_type"] in ENERGIZED else None


GUARDS: dict[str, Guard] = {
    "papers_complete": papers_complete,
    "papers_missing": papers_missing,
    "new_paper": new_paper,
    "needs_survey": needs_survey,
    "needs_no_survey": needs_no_survey,
    "plan_still_good": plan_still_good,
    "ends_without_power": ends_without_power,
    "site_record": reason_or(lambda *_: False, "needs the record of the site as reason"),
}
