"""A dispatched report is offered to a crew; declined or left lying, it is offered to the next."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments
from backends.ticketing.dispatch import choosing, repository
from backends.ticketing.dispatch.models import Offer
from backends.ticketing.errors import RoleNotAllowed
from backends.ticketing.happenings import OrderHappened
from backends.ticketing.machine import FINAL
from backends.ticketing.work_orders import noting
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import move

_OUTCOMES = {"accept": "accepted", "decline": "declined", "no_answer": "silent"}
_DISPATCHING = ("dispatch", "reopen")
_PAGE = "crew"  # the program that speaks for crews


async def check(session: AsyncSession, order: WorkOrder, act: Act) -> None:
    """Only the crew that holds an order moves it from the crews' page. Raises RoleNotAllowed."""
    if order.order_type != "fault_report" or act.client != _PAGE:
        return
    offer = await repository.held_offer(session, order.order_no)
    crew = await repository.crew_of(session, act.actor)
    if offer is None or crew is None or offer.crew_no != crew.crew_no:
        raise RoleNotAllowed("another crew has this order")


async def on_order(session: AsyncSession, happened: OrderHappened) -> None:
    order = happened.order
    if order.order_type != "fault_report" or happened.before == order.status:
        return
    if happened.event in _OUTCOMES or order.status in (*FINAL, "merged", "registered"):
        await _answer(session, happened)
    if happened.event in _DISPATCHING and order.status == "dispatched":
        await offer(session, order)
    elif happened.event in ("decline", "no_answer"):
        await _offer_to_the_next(session, order)


async def _answer(session: AsyncSession, happened: OrderHappened) -> None:
    held = await repository.held_offer(session, happened.order.order_no)
    if held is None:
        return
    held.outcome = _OUTCOMES.get(happened.event) or ("done" if held.outcome == "accepted" else "withdrawn")
    held.answered_at, held.answered_by, held.reason = moment(), happened.actor, happened.reason
    await session.flush()


async def _offer_to_the_next(session: AsyncSession, order: WorkOrder) -> None:
    """Unless nobody else could go: then a person has to find somebody, and the dispatch clock keeps asking."""
    if await _chosen(session, order) is None:
        return await _nobody(session, order)
    await move(session, order, Act("dispatch", "system", "ticketing"))
    return None


async def _chosen(session: AsyncSession, order: WorkOrder) -> choosing.Candidate | None:
    need = choosing.need_of(order, await repository.district_of(session, order))
    return choosing.choose(need, await repository.candidates(session, order.order_no, moment()))


async def offer(session: AsyncSession, order: WorkOrder) -> Offer | None:
    """Offer it to the crew that is chosen now; None, and a note in its history, when nobody can go."""
    await session.flush()
    crew = await _chosen(session, order)
    if crew is None:
        await _nobody(session, order)
        return None
    now = moment()
    made = Offer(
        order_no=order.order_no,
        crew_no=crew.crew_no,
        offered_at=now,
        answer_by=commitments.due("accept", now, f"priority_{order.priority}"),
    )
    session.add(made)
    await session.flush()
    return made


async def _nobody(session: AsyncSession, order: WorkOrder) -> None:
    if await repository.crews(session):  # a utility without crews on file dispatches to teams
        await noting.note(session, order, Act("nobody_free", "system", "ticketing", "没有能派的班组，请调度处理"))
