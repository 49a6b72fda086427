"""The same matter told twice is one order: complaints within a week, applications while they are open (6.2).

Suggestions and praise are not compared; fault reports have rules of their own (`service`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.work_orders import repository, schemas
from backends.ticketing.work_orders.acts import Act, event_row, moment
from backends.ticketing.work_orders.models import WorkOrder


@dataclass(frozen=True)
class Repeat:
    """`same` are the fields of the type that make it the same matter; `only` narrows its first one."""

    within: timedelta
    same: str
    only: frozenset[str] = frozenset()


_ONCE = frozenset(
    {"new_residential", "new_low_business", "new_high_single", "temporary", "increase"}
    | {"ev_charger", "pv_connect", "meter_test", "move_meter"}
)
REPEATS: dict[str, Repeat] = {
    "complaint": Repeat(timedelta(days=7), "complaint_class"),
    "apply": Repeat(timedelta(days=30), "apply_type", _ONCE),
}


async def standing(
    session: AsyncSession, new: schemas._New, address_key: str | None, *, since: datetime
) -> WorkOrder | None:
    """The open order this one repeats; None when it is new. Two at the same moment wait for each other."""
    rule = REPEATS.get(new.order_type)  # type: ignore[attr-defined]
    value = getattr(new, rule.same) if rule else None
    if rule is None or (rule.only and value not in rule.only):
        return None
    phone = new.contact_phone or new.caller_phone
    names = [f"account:{new.account_no}"] if new.account_no else []
    await repository.lock_household(session, *names, *([f"phone:{phone}"] if phone else []))
    mine = await repository.open_orders_of(
        session,
        order_type=new.order_type,  # type: ignore[attr-defined]
        account_no=new.account_no,
        phone=phone,
        since=since - rule.within,
    )
    same = (o for o in mine if o.details.get(rule.same) == value and _is_same_place(o, new, address_key))
    return next(same, None)


def _is_same_place(order: WorkOrder, new: schemas._New, address_key: str | None) -> bool:
    """One customer may have two flats: another account, or another address, is another matter."""
    if order.account_no and new.account_no:
        return order.account_no == new.account_no
    return not (order.address_key and address_key and order.address_key != address_key)


_TOLD: dict[str, Callable[[Any], str | None]] = {
    "complaint": lambda new: new.what_happened,
    "apply": lambda new: new.note,
    "fault_report": lambda new: new.summary or new.landmark or new.symptom,
}


def add_what_is_new(session: AsyncSession, order: WorkOrder, new: schemas._New) -> None:
    """What was told this time is kept with the order that stands."""
    told = (_TOLD[order.order_type](new) or "")[:500]
    act = Act("told_again", "customer", new.channel, channel=new.channel, client="service")
    session.add(event_row(order, act, order.status, moment(), data={"told": told}))
