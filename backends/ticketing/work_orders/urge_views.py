"""What whoever urged is told: true sentences need where it stands, whose it is, and what the urge changed (6.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.urging import Urged
from backends.ticketing.work_orders.views import iso, state

# Who hears of an urge at each level of escalation (5.3); level 0 is the team itself.
_TOLD = {1: "班组长", 2: "值班长、部门负责人", 3: "分管领导"}


def told(urged: Urged) -> dict[str, Any]:
    order, record = urged.order, urged.record
    shown = state(order)
    return {
        "urge_count": order.urge_count,
        "recorded": record is not None,
        "urge_order_no": record.order_no if record else None,
        "reply_by": iso(urged.reply_by),
        "escalation_level": order.escalation_level,
        "status": order.status,
        "status_label": shown["status_label"],
        "owner_team": order.owner_team,
        "promised_at": iso(_promised_at(order)),
        "is_overdue": shown["is_overdue"],
        "owes_apology": shown["is_overdue"],
        "hears_again_by": iso(urged.reply_by),
        "told": [order.owner_team, *(who for level, who in _TOLD.items() if level <= order.escalation_level)],
        "changed": _changed(urged),
        "asked_for_fresh_eta": urged.asked_eta,
    }


def _promised_at(order: WorkOrder) -> datetime:
    """When power is back where that is known, else when somebody comes or answers."""
    eta = order.details.get("eta_restore_at")
    return datetime.fromisoformat(eta) if eta else order.deadline_at


def _changed(urged: Urged) -> dict[str, list[int]]:
    """Field → [before, now], only what is different now."""
    pairs = {
        "priority": [urged.before.priority, urged.order.priority],
        "escalation_level": [urged.before.escalation_level, urged.order.escalation_level],
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
