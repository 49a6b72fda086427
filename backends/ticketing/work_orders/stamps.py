"""What an event writes by itself: times, reasons of closing, a new deadline after reopening."""

from __future__ import annotations

from datetime import datetime

from backends.ticketing import commitments
from backends.ticketing.machine import FINAL
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.written import fill

# What an event writes by itself: (type, event) → field of the type; "" stands for the moment.
_STAMPS: dict[tuple[str, str], dict[str, str]] = {
    ("fault_report", "dispatch"): {"dispatched_at": ""},
    ("fault_report", "accept"): {"accepted_at": ""},
    ("fault_report", "arrive"): {"on_site_at": ""},
    ("fault_report", "restore"): {"restored_at": ""},
    ("fault_report", "said_yes"): {"is_restored": "yes"},
    ("fault_report", "said_no"): {"is_restored": "no"},
    ("fault_report", "silent"): {"is_restored": "unconfirmed"},
    ("consult", "answer_now"): {"replied_at": ""},
    ("consult", "reply"): {"replied_at": ""},
    ("consult", "give_up"): {"replied_at": ""},
    ("apply", "reply_plan"): {"plan_replied_at": ""},
    ("complaint", "contact"): {"contacted_at": ""},
    ("complaint", "reply"): {"replied_at": ""},
    ("complaint", "accept"): {"accepts_reply": "yes"},
    ("complaint", "refuse_again"): {"accepts_reply": "no"},
    ("whistle_blow", "reply"): {"replied_at": ""},
    ("suggestion", "reply"): {"replied_at": ""},
    ("praise", "forward"): {"forwarded_at": ""},
    ("appointment", "arrive"): {"arrived_at": ""},
    ("urge", "team_reply"): {"replied_at": ""},
}
_CLOSE_REASON = {
    "withdraw": "withdrawn", "known_only": "withdrawn", "customer_declines": "withdrawn", "decline": "withdrawn",
    "give_up": "unreachable", "no_answer_final": "unreachable", "reject": "rejected",
}  # fmt: skip


def stamped(order_type: str, event: str) -> frozenset[str]:
    """The fields this event writes by itself."""
    return frozenset(_STAMPS.get((order_type, event), ()))


def stamp(order: WorkOrder, event: str) -> None:
    now = moment()
    stamps = _STAMPS.get((order.order_type, event), {})
    fill(order, {name: value or now for name, value in stamps.items()})
    if event == "no_answer":
        order.escalation_level = max(order.escalation_level, 2)  # nobody took it in time (5.3)
    if event == "reopen":
        _restart(order, now)
    if order.order_type == "fault_report" and event == "detach":
        fill(order, {"split_from": order.parent_order_no})
        order.parent_order_no = None
    if order.status in FINAL:
        order.closed_at = now
        order.close_reason = _CLOSE_REASON.get(event, "done")


_CLOCKS: dict[str, tuple[str, str]] = {
    "consult": ("consult_reply", "topic"),
    "apply": ("apply_done", "apply_type"),
    "complaint": ("complaint_reply", ""),
    "fault_report": ("on_site", ""),
}


def _restart(order: WorkOrder, now: datetime) -> None:
    """Reopened: counted, escalated one level at least, with a new clock (7.1)."""
    kpi, narrowed_by = _CLOCKS[order.order_type]
    narrow = order.area_kind if order.order_type == "fault_report" else order.details.get(narrowed_by)
    order.reopened_count += 1
    order.escalation_level = max(order.escalation_level, 1)
    order.closed_at = order.close_reason = None
    order.deadline_at = commitments.due(kpi, now, narrow)
    if order.order_type == "fault_report":
        again = dict.fromkeys(("accepted_at", "on_site_at", "restored_at"))
        fill(order, {"on_site_by": order.deadline_at, "dispatched_at": now, "is_restored": "unknown", **again})
