"""Later work of follow-up: a message goes out, and stays without an answer."""

from __future__ import annotations

from backends.ticketing.follow_up import planning, trying
from kit import jobs


@jobs.task(planning.TASK)
async def attempt(order_no: str) -> None:
    async with jobs.database().transaction() as session:
        order, _ = await trying.locked(session, order_no)
        if order.status == "planned" and order.details["method"] != "phone":
            await trying.send(session, order)


@jobs.task(trying.NO_ANSWER)
async def no_answer(order_no: str) -> None:
    async with jobs.database().transaction() as session:
        order, _ = await trying.locked(session, order_no)
        if order.status == "in_progress":
            await trying.missed(session, order)
