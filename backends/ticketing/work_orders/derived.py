"""What an event's reason and actor say about the order's own fields, filled before its guards look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.written import fill

_SHORT = ("missing", "rejected")


def _missing_papers(order: WorkOrder, act: Act) -> dict[str, Any]:
    """A reason without a list is the list: what the customer must bring is always on record by name."""
    papers = order.details["materials"]
    if not act.reason or any(m["state"] in _SHORT for m in papers):
        return {}
    return {"materials": [*papers, {"name": act.reason[:200], "state": "missing"}]}


def _handler(order: WorkOrder, act: Act) -> dict[str, Any]:
    return {"handler_staff": act.actor}


def _remote_repair(order: WorkOrder, act: Act) -> dict[str, Any]:
    return _unless_known(order, cause="客户侧，远程处理", repair_note=act.reason or "电话指导后恢复")


def _handed_over(order: WorkOrder, act: Act) -> dict[str, Any]:
    return _unless_known(order, cause="客户侧设备故障", repair_note=act.reason or "产权在客户侧，已向客户说明")


def _nobody_there(order: WorkOrder, act: Act) -> dict[str, Any]:
    return _unless_known(order, cause="未能进门，未查明", repair_note=act.reason or "两日未联系上客户")


def _without_answer(order: WorkOrder, act: Act) -> dict[str, Any]:
    return _unless_known(order, reply_text=act.reason or "三次提醒、七日未收到补充，本单关闭，可重开")


def _unless_known(order: WorkOrder, **values: str) -> dict[str, Any]:
    return {name: value[:500] for name, value in values.items() if not order.details.get(name)}


_FROM: dict[tuple[str, str], Callable[[WorkOrder, Act], dict[str, Any]]] = {
    ("apply", "check_materials"): _handler,
    ("apply", "materials_short"): lambda order, act: _handler(order, act) | _missing_papers(order, act),
    ("fault_report", "solved_remotely"): _remote_repair,
    ("fault_report", "customer_side"): _handed_over,
    ("fault_report", "give_up"): _nobody_there,
    ("consult", "give_up"): _without_answer,
}


def fill_from(order: WorkOrder, act: Act) -> dict[str, Any]:
    """Gives what was filled, as JSON."""
    derive = _FROM.get((order.order_type, act.event))
    return fill(order, derive(order, act)) if derive else {}
