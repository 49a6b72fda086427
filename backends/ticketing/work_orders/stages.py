"""Where an order is on the way every service goes (need, confirmation, plan, doing, judgement), and whether it comes
before, during or after a sale: one way for customers and figures, whatever the machine of the type is called."""

from __future__ import annotations

from backends.ticketing.work_orders.models import WorkOrder

PHASES: dict[str, str] = {
    "need": "需求获取",
    "confirmation": "需求确认",
    "plan": "方案",
    "doing": "实施",
    "judgement": "评价",
}
_PHASE_OF: dict[str, tuple[str, ...]] = {
    "need": ("registered", "sealed", "suspected", "waiting_customer"),
    "confirmation": ("assigned", "materials_checked", "merged", "verified", "planned", "declared", "confirmed"),
    "plan": ("survey_booked", "surveyed", "plan_replied", "dispatched", "accepted", "quoted", "evaluated", "found"),
    "doing": (
        "in_progress", "en_route", "on_site", "repairing", "investigating", "inspected", "notified", "escalated",
        "cannot_access", "off", "acting",
    ),
}  # fmt: skip
_BY_STATUS = {status: phase for phase, statuses in _PHASE_OF.items() for status in statuses}

SALES: dict[str, str] = {"before": "售前", "during": "售中", "after": "售后"}
_BEFORE = frozenset({"tariff_policy", "procedure", "contract", "saving", "subsidy", "market", "branch"})
_ADVICE = frozenset({"energy_advice", "storage_advice"})


def phase(status: str) -> str:
    """need confirmation plan doing; what is done, answered or given up is there to be judged."""
    return _BY_STATUS.get(status, "judgement")


def sales_stage(order: WorkOrder) -> str:
    """before: whoever asks how one becomes a customer; during: an application; after: everything of a customer."""
    details = order.details
    if order.order_type == "apply":
        return "during"
    asks = order.order_type == "consult" and details.get("topic") in _BEFORE
    return "before" if asks or details.get("service") in _ADVICE else "after"
