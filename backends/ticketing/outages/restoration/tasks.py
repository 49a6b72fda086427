"""Later work of a restoration: asking the rest, asking again, closing whoever stays silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.outages import repository as outage_repository
from backends.ticketing.outages import rules, service
from backends.ticketing.outages.models import Outage
from backends.ticketing.outages.restoration import asking, repository
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.service import moment
from kit import jobs

SILENT_AT_ONCE = 100


async def _of_this_restoration(session: AsyncSession, outage_no: str, restored_at: str) -> Outage | None:
    """The outage, locked, if this is still the restoration the job was made for."""
    outage = await service.get(session, outage_no, lock=True)
    same = outage.restored_at is not None and outage.restored_at == datetime.fromisoformat(restored_at)
    return outage if same and outage.status == "restored" else None


@jobs.task("ticketing.outages.ask_members")
async def ask_members(outage_no: str) -> None:
    async with jobs.database().transaction() as session:
        outage = await service.get(session, outage_no, lock=True)
        if outage.status == "restored":
            await asking.ask_members(session, outage)


@jobs.task("ticketing.outages.ask_again")
async def ask_again(outage_no: str, restored_at: str) -> None:
    async with jobs.database().transaction() as session:
        if await _of_this_restoration(session, outage_no, restored_at) is None:
            return
        at = await asking.ask_again(session, outage_no)
        if at is not None:
            args = {"outage_no": outage_no, "restored_at": restored_at}
            await jobs.defer(session, "ticketing.outages.ask_again", args, key=f"{outage_no}:again:{at}", at=at)


@jobs.task("ticketing.outages.close_silent")
async def close_silent(outage_no: str, restored_at: str) -> None:
    """A day without an answer: closed, unconfirmed; they may reopen for seven days. An outage nobody belongs to ends
    at the same hour."""
    async with jobs.database().transaction() as session:
        outage = await _of_this_restoration(session, outage_no, restored_at)
        if outage is None:
            return
        waiting = await repository.still_open(session, outage_no)
        until = moment() - rules.span("silence_h")
        silent = [order for check, order in waiting if check.asked_at <= until][:SILENT_AT_ONCE]
        for found in silent:
            order = await orders.get(session, found.order_no, lock=True)
            if order.status == "awaiting_confirm":
                await orders.move(session, order, orders.Act("silent", "system", "ticketing"))
        if outage.status == "restored":
            await _conclude(session, outage, restored_at, is_more=len(waiting) > len(silent))


async def _conclude(session: AsyncSession, outage: Outage, restored_at: str, *, is_more: bool) -> None:
    if is_more:
        args = {"outage_no": outage.outage_no, "restored_at": restored_at}
        at = moment() + timedelta(seconds=1)
        await jobs.defer(session, "ticketing.outages.close_silent", args, key=f"{outage.outage_no}:silent:{at}", at=at)
    elif not await outage_repository.open_members(session, outage.outage_no):
        await service.move_by_system(session, outage, "all_members_final")
