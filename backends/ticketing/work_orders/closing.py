"""What must be on an order before it is closed (domain/work-orders.md 3, 4): the fields the utility's rules name."""

from __future__ import annotations

from backends.ticketing.machine import Rule
from backends.ticketing.work_orders.guards.applying import ENERGIZED
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.stamps import stamped

CLOSED_WITH: dict[str, tuple[str, ...]] = {
    "consult": ("question", "reply_form", "reply_text", "replied_at"),
    "apply": (
        "apply_mode", "owner_id_no or credit_code", "contact_name", "contact_phone", "handler_staff", "energized_at",
        "customer_feedback",
    ),
    "fault_report": ("on_site_at", "cause", "repair_note"),
    "complaint": ("root_cause", "corrective_action", "reply_text", "replied_at"),
    "appointment": ("result_note",),
}  # fmt: skip
# Whoever came this way left the channel's own name of the visitor with the order (3: 渠道身份).
_NAMES_THE_VISITOR = frozenset({"wechat", "web_chat", "app", "email"})
_CALLED = frozenset({"consult", "apply"})


def problem(order: WorkOrder, row: Rule) -> str | None:
    """None when nothing is missing, else what is."""
    here = stamped(order.order_type, row.event)
    short = [name for name in _needed(order, row) if name not in here and not _known(order, name)]
    if order.order_type in _CALLED and not _caller_known(order):
        short.append("caller_phone or contact_phone")
    return f"needs {', '.join(short)} before it is closed" if short else None


def _needed(order: WorkOrder, row: Rule) -> list[str]:
    names = list(CLOSED_WITH.get(order.order_type, ()))
    if order.order_type == "apply" and order.details["apply_type"] not in ENERGIZED:
        names.remove("energized_at")  # nothing is switched on by a change of name
    if order.order_type == "fault_report":
        if order.parent_order_no:
            return []  # the outage keeps what was found and done
        if order.status == "solved":
            names.remove("on_site_at")
    return names


def _known(order: WorkOrder, name: str) -> bool:
    return any(_value(order, one) not in (None, "") for one in name.split(" or "))


def _value(order: WorkOrder, name: str) -> object:
    return order.details[name] if name in order.details else getattr(order, name, None)


def _caller_known(order: WorkOrder) -> bool:
    return bool(order.caller_phone or order.contact_phone or order.channel in _NAMES_THE_VISITOR)
