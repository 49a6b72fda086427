"""An order that is done is followed up: a follow-up order is filed in the same transaction, to be tried later."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments
from backends.ticketing.follow_up import repository, rules
from backends.ticketing.follow_up.models import FollowUpSchedule
from backends.ticketing.follow_up.rules import Rule
from backends.ticketing.happenings import OrderHappened
from backends.ticketing.notices import kinds
from backends.ticketing.work_orders import filing, records
from backends.ticketing.work_orders import repository as orders
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.models import WorkOrder
from kit import jobs

TEAM = "回访组"
TASK = "ticketing.follow_up.attempt"
_PROMISES = {"apply": "apply", "complaint": "complaint"}  # by what is followed up; the rest as an order


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    if order.parent_order_no and order.order_type == "fault_report":
        return  # a member of an outage was asked with its outage (7.2)
    for rule in rules.of(order.order_type, happened.event, moment().date()):
        if rules.is_drawn(order, rule) and await _may_ask(session, order):
            await plan(session, order, rule.kind, _method(order, rule), key=f"{order.order_no}:{_turn(order)}")


def _turn(order: WorkOrder) -> str:
    return f"again{order.reopened_count}" if order.reopened_count else "done"


async def _may_ask(session: AsyncSession, order: WorkOrder) -> bool:
    """Not who scored it already, cannot be reached, or asked to be left alone."""
    phone = order.contact_phone or order.caller_phone
    return order.satisfaction is None and phone is not None and not await repository.has_opted_out(session, phone)


def _method(order: WorkOrder, rule: Rule) -> str:
    if rule.method != "message":
        return rule.method
    return "wechat" if order.channel == "wechat" else "sms"


async def plan(
    session: AsyncSession, target: WorkOrder, kind: str, method: str, *, key: str, plan_no: str | None = None
) -> WorkOrder:
    """File the follow-up of an order, its first try half an hour from now, by day; same key, same follow-up."""
    key = f"follow-up:{method}:{plan_no or key}:{target.order_no}"
    standing = await orders.by_key(session, key)
    if standing is not None:
        return standing
    due = commitments.due("follow_up_done", moment(), _PROMISES.get(target.order_type, "order"))
    details = {"target_order_no": target.order_no, "follow_kind": kind, "method": method, "plan_no": plan_no}
    draft = filing.Draft("follow_up", 4, TEAM, due, f"回访 {target.order_no}", {**details, "next_action": "none"})
    order = await records.insert_about(session, target, draft, key=key)
    first = kinds.opens(moment() + rules.FIRST_AFTER)
    session.add(
        FollowUpSchedule(
            order_no=order.order_no,
            target_order_no=target.order_no,
            plan_no=plan_no,
            first_by=due,
            next_at=first,
            token=secrets.token_urlsafe(16),
        )
    )
    await try_at(session, order, first)
    return order


async def try_at(session: AsyncSession, order: WorkOrder, at: datetime) -> None:
    """Messages go out by themselves; a call waits for a person, who finds it in the list of what is due."""
    if order.details["method"] != "phone":
        await jobs.defer(session, TASK, {"order_no": order.order_no}, key=f"{TASK}:{order.order_no}", at=at)
