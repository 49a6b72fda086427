"""How a complaint's file looks: to the customer what was answered and where else to turn, to staff all of it."""

from __future__ import annotations

from typing import Any

from backends.ticketing.complaints import classes
from backends.ticketing.complaints.models import Alarm, ComplaintFile, OutsideReferral
from backends.ticketing.machine import ROLES, STATUS_ZH
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.views import iso

_REPLY = ("is_valid", "root_cause", "corrective_action", "reply_text", "replied_at", "accepts_reply")


def for_customer(order: WorkOrder, referral: OutsideReferral | None) -> dict[str, Any]:
    """The reply is the customer's once it was given."""
    details = order.details
    is_replied = bool(details.get("replied_at"))
    return {
        "order_no": order.order_no,
        "status": order.status,
        "status_label": STATUS_ZH[order.status],
        "complaint_class": details["complaint_class"],
        "class_label": classes.main_classes()[details["complaint_class"]].zh,
        "contact_by": details["contact_by"],
        "reply_by": details["reply_by"],
        "replied_at": details.get("replied_at"),
        "reply_text": details.get("reply_text") if is_replied else None,
        "outside_authority": _referral(referral),
    }


def for_staff(order: WorkOrder, file: ComplaintFile | None, referral: OutsideReferral | None) -> dict[str, Any]:
    own = {name: order.details.get(name) for name in _REPLY}
    return {
        **for_customer(order, referral),
        **own,
        "severity": order.details["severity"],
        "major_reasons": file.major_reasons if file else [],
        "suggested_class": file.suggested_class if file else None,
        "sub_class": file.sub_class if file else None,
        "side_classes": file.side_classes if file else [],
        "people_count": file.people_count if file else None,
        "department": file.department if file else None,
        "is_supervised": file.is_supervised if file else False,
        "owner_team": order.owner_team,
        "owner": order.owner,
        "tracker": order.tracker,
        "deadline_at": iso(order.deadline_at),
        "escalation_level": order.escalation_level,
        "next_steps": _next_steps(order),
    }


def _next_steps(order: WorkOrder) -> list[dict[str, Any]]:
    """What may happen now, by whom, and what it needs: the desk's guide through a complaint."""
    rows = [row for row in MACHINES["complaint"].rules if order.status in row.states]
    return [
        {
            "event": row.event,
            "roles": [ROLES[role] for role in sorted(row.roles)],
            "to": STATUS_ZH[row.to],
            "guard": row.guard,
            "needs": [*row.needs, *(["reason"] if row.needs_reason else [])],
        }
        for row in rows
    ]


def _referral(referral: OutsideReferral | None) -> dict[str, Any] | None:
    if referral is None:
        return None
    told = {name: getattr(referral, name) for name in ("authority", "phone", "words")}
    return {**told, "told_at": iso(referral.at)}


def alarm(row: Alarm) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("id", "kind", "order_no", "actor", "what", "data")}
    return {**shown, "at": iso(row.at)}
