"""Which fields of an order may be written, by whom, and are they right? Details are checked whole, every time."""

from __future__ import annotations

from typing import Any

import pydantic

from backends.ticketing.errors import BadField
from backends.ticketing.fields import Phone
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders.acts import Act
from backends.ticketing.work_orders.details import DETAILS
from backends.ticketing.work_orders.models import WorkOrder

# Fields an event may fill beside those of the type; promises and references are not for callers to change.
_COLUMNS = {
    "attachment_keys", "owner", "tracker", "owner_team", "parent_order_no", "satisfaction", "contact_name",
    "contact_phone",
}  # fmt: skip
# What is the customer's to say; everything else on the order is found out by whoever works on it.
_CUSTOMERS = {
    "attachment_keys", "satisfaction", "materials", "customer_feedback", "fee_agreed", "preferred_slot",
    "confirmed_slot", "answers", "is_solved", "unsatisfied_reason", "is_restored", "expectation", "landmark",
}  # fmt: skip
_OURS = {"on_site_by", "reply_by", "contact_by", "confirm_call_by", "query_code", "reporter_ref", "split_from"}


class _ColumnData(schemas.Strict):
    attachment_keys: schemas.Names | None = None
    owner: schemas.Word | None = None
    tracker: schemas.Word | None = None
    owner_team: schemas.Word | None = None
    parent_order_no: schemas.Word | None = None
    satisfaction: int | None = pydantic.Field(None, ge=1, le=5)
    contact_name: schemas.Word | None = None
    contact_phone: Phone | None = None


def apply(order: WorkOrder, act: Act) -> dict[str, Any]:
    """Fill the order's fields from an event's data; gives what was written, as JSON. Attachments are only added to."""
    _check_names(order, act)
    columns = {k: v for k, v in act.data.items() if k in _COLUMNS}
    try:
        checked = _ColumnData.model_validate(columns).model_dump(include=set(columns))
    except pydantic.ValidationError as err:
        raise _bad_field(err) from err
    if "attachment_keys" in checked:
        checked["attachment_keys"] = list(dict.fromkeys([*order.attachment_keys, *(checked["attachment_keys"] or ())]))
    for name, value in checked.items():
        setattr(order, name, value)
    if order.tracker and order.tracker == order.owner and order.order_type in ("complaint", "whistle_blow"):
        raise BadField("data.tracker", "must be somebody else than the owner")
    details = {k: v for k, v in act.data.items() if k not in _COLUMNS}
    return checked | fill(order, details)


def _check_names(order: WorkOrder, act: Act) -> None:
    allowed = (set(DETAILS[order.order_type].model_fields) - _OURS) | _COLUMNS
    if act.role == "customer":
        allowed &= _CUSTOMERS
    for name in act.data:
        if name not in allowed:
            raise BadField(f"data.{name}", "not a field this event may fill")


def fill(order: WorkOrder, data: dict[str, Any]) -> dict[str, Any]:
    if not data:
        return {}
    order.details = valid_details(order.order_type, {**order.details, **data})
    return {name: order.details[name] for name in data}


def valid_details(order_type: str, details: dict[str, Any]) -> dict[str, Any]:
    try:
        return DETAILS[order_type].model_validate(details).model_dump(mode="json")
    except pydantic.ValidationError as err:
        raise _bad_field(err) from err


def _bad_field(err: pydantic.ValidationError) -> BadField:
    first = err.errors()[0]
    return BadField("data." + ".".join(map(str, first["loc"])), first["msg"])
