"""How an order looks from outside: to the customer masked and without what is not theirs, to staff whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backends.ticketing import skill_groups
from backends.ticketing.machine import STATUS_ZH
from backends.ticketing.order_types import ORDER_TYPES
from backends.ticketing.work_orders import stages
from backends.ticketing.work_orders.models import OrderEvent, RefusedAttempt, WorkOrder
from kernel import clock, masking

_CUSTOMER_DETAILS: dict[str, tuple[str, ...]] = {
    "fault_report": (
        "symptom", "hazard_kind", "on_site_by", "dispatched_at", "accepted_at", "on_site_at", "restored_at",
        "eta_restore_at", "cause", "is_restored", "is_customer_side", "is_chargeable", "split_from",
    ),
    "consult": ("topic", "reply_form", "replied_at"),
    "apply": (
        "apply_type", "apply_mode", "materials", "survey_at", "plan_replied_at", "energized_at", "reject_reason",
    ),
    "complaint": (
        "complaint_class", "severity", "wants_reply", "contact_by", "contacted_at", "reply_by", "replied_at",
    ),
    "suggestion": ("suggestion_area", "reply_by", "replied_at", "adoption", "reply_text"),
    "praise": ("forwarded_at",),
    "urge": ("target_order_no", "urge_no", "reason", "status_told", "eta_told", "reply_by", "team_reply", "replied_at"),
    "follow_up": ("target_order_no", "follow_kind", "method", "is_solved"),
    "appointment": (
        "service", "preferred_slot", "confirm_call_by", "confirmed_slot", "fee_estimate_fen", "fee_agreed",
        "arrived_at",
    ),
}  # fmt: skip

_STAFF_FIELDS = (
    "order_no", "order_type", "status", "priority", "channel", "service_face", "caller_phone", "received_at",
    "registered_at", "sent_at", "account_no", "community", "transformer_area", "area_kind", "contact_name",
    "contact_phone", "address", "summary", "identity_level", "owner_team", "owner", "tracker", "deadline_at",
    "clock_paused_s", "urge_count", "escalation_level", "parent_order_no", "related_order_nos", "attachment_keys",
    "reopened_count", "satisfaction", "closed_at", "close_reason", "category", "user_kind", "process", "partner",
    "idempotency_key", "version",
)  # fmt: skip
_MASKS = {
    "caller_phone": masking.mask_phone,
    "contact_phone": masking.mask_phone,
    "contact_name": masking.mask_name,
    "address": masking.mask_address,
    "account_no": masking.mask_account_no,
    "summary": masking.scrub,
}
_STAFF_ONLY = {
    "identity_level", "owner", "tracker", "attachment_keys", "idempotency_key", "service_face", "category", "user_kind",
    "process", "partner",
}  # fmt: skip


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.TZ).isoformat(timespec="seconds") if moment else None


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value


def state(order: WorkOrder) -> dict[str, Any]:
    return {
        "type_label": ORDER_TYPES[order.order_type].zh,
        "status_label": STATUS_ZH[order.status],
        "phase": stages.phase(order.status),
        "sales_stage": stages.sales_stage(order),
        "is_open": order.is_open,
        "is_overdue": order.is_open and _is_late(order),
    }


def _is_late(order: WorkOrder) -> bool:
    """Past its deadline; a crew that has arrived has met the on-site promise."""
    if order.order_type == "fault_report" and order.details.get("on_site_at"):
        return False
    return order.paused_at is None and clock.now() > order.deadline_at


def _timeline(events: Sequence[OrderEvent]) -> list[dict[str, Any]]:
    """Steps that changed the state."""
    return [
        {
            "at": iso(e.at),
            "event": e.event,
            "status": e.to_status,
            "status_label": STATUS_ZH[e.to_status],
            "phase": stages.phase(e.to_status),
        }
        for e in events
        if e.from_status != e.to_status
    ]


def for_customer(order: WorkOrder, events: Sequence[OrderEvent] = ()) -> dict[str, Any]:
    """Masked by service-catalogue 1.3. A whistle-blowing shows its code only, never its number."""
    if order.order_type == "whistle_blow":
        return for_whistle_blower(order)
    base = {name: _plain(getattr(order, name)) for name in _STAFF_FIELDS if name not in _STAFF_ONLY}
    shown = {k: _MASKS[k](v) if k in _MASKS and v else v for k, v in base.items()}
    details = {k: order.details.get(k) for k in _CUSTOMER_DETAILS.get(order.order_type, ())}
    return {**shown, **state(order), "details": details, "timeline": _timeline(events)}


def for_whistle_blower(order: WorkOrder) -> dict[str, Any]:
    """What whoever holds the code may know; nothing that leads to a person or to the order's number."""
    shown = {k: order.details.get(k) for k in ("reply_by", "replied_at", "finding", "reply_text")}
    return {
        "order_no": None,
        "order_type": order.order_type,
        "query_code": order.query_code,
        "status": order.status,
        "registered_at": iso(order.registered_at),
        "deadline_at": iso(order.deadline_at),
        **state(order),
        "type_label": "您反映的事项",
        "details": shown,
    }


def attempts(refused: Sequence[RefusedAttempt]) -> list[dict[str, Any]]:
    """Who wanted what was not theirs; for staff."""
    return [
        {
            "at": iso(r.at), "actor": r.actor, "role": r.role, "client": r.client, "event": r.event,
            "status": r.status, "code": r.code, "detail": r.detail,
        }
        for r in refused
    ]  # fmt: skip


def for_staff(
    order: WorkOrder, events: Sequence[OrderEvent] = (), refused: Sequence[RefusedAttempt] = ()
) -> dict[str, Any]:
    history = [
        {
            "at": iso(e.at), "actor": e.actor, "role": e.role, "event": e.event, "from": e.from_status,
            "to": e.to_status, "reason": e.reason, "data": e.data, "channel": e.channel, "client": e.client,
        }
        for e in events
    ]  # fmt: skip
    whole = {name: _plain(getattr(order, name)) for name in _STAFF_FIELDS}
    return {
        **whole,
        **state(order),
        "skill_group": skill_groups.needed(order.order_type, order.owner_team, order.details),
        "details": order.details,
        "timeline": _timeline(events),
        "events": history,
        "refused_attempts": attempts(refused),
    }
