"""How content the customer is, and what a low score brings (domain/work-orders.md 7.1, 7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed
from backends.ticketing.work_orders import filing, noting, records, reopening, repository, schemas
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder

LOW = 2  # 1 and 2 of 5
CALLED_WITHIN = timedelta(hours=2)  # 7.4: the supervisor calls back
_TEAM = "回访组"


@dataclass(frozen=True)
class Rated:
    """`next_action`: none, reopened, new_order, dissatisfied_follow_up; `other` is the order it led to."""

    order: WorkOrder
    next_action: str = "none"
    other: WorkOrder | None = None
    offer_complaint: bool = False


async def rate(session: AsyncSession, order: WorkOrder, told: schemas.NewRating, act: Act, *, key: str) -> Rated:
    """Keep the score of a locked, closed order. Unsolved and low: it goes on at once. Solved and low: not reopened, a
    person asks what was wrong.

    Raises:
        GuardFailed: the order is not closed yet.
    """
    if order.status != "closed":
        raise GuardFailed("only a closed order is rated")
    order.satisfaction = told.score
    data = told.model_dump(mode="json", include={"score", "is_solved", "unsatisfied_reason", "words"})
    await noting.note(session, order, act, data)
    if told.score > LOW:
        return Rated(order)
    if told.is_solved == "no":
        wish = Act(
            "reopen", act.role, act.actor, told.words or "评分低且未解决", channel=act.channel, client=act.client
        )
        once_more = await reopening.again(session, order, wish, key=key)
        action = "new_order" if once_more.is_new else "reopened"
        return Rated(order, action, once_more.order, once_more.offer_complaint)
    return Rated(order, "dissatisfied_follow_up", await ask_why(session, order, key, told.unsatisfied_reason))


async def ask_why(session: AsyncSession, order: WorkOrder, key: str, reason: str | None = None) -> WorkOrder:
    """The follow-up by which a person asks what was wrong; the one that stands if there is one."""
    standing = await repository.open_follow_ups(session, order.order_no, kind="dissatisfied")
    if standing:
        return standing[0]
    details = {
        "target_order_no": order.order_no,
        "follow_kind": "dissatisfied",
        "method": "phone",
        "unsatisfied_reason": reason,
        "next_action": "manager_call",
    }
    due = moment() + CALLED_WITHIN
    draft = filing.Draft("follow_up", 4, _TEAM, due, f"不满意回访 {order.order_no}", details)
    return await records.insert_about(session, order, draft, key=key)
