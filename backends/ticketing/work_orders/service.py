"""The front of the room: filing an order. Moving one is re-exported, so that other rooms need one name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints import alarms
from backends.ticketing.errors import BadField
from backends.ticketing.places import service as places
from backends.ticketing.processes import service as processes
from backends.ticketing.work_orders import filing, households, noting, records, repeats, schemas
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.machines import MACHINES
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import get, move

__all__ = ["Act", "Filed", "file", "get", "moment", "move"]


@dataclass(frozen=True)
class Filed:
    order: WorkOrder
    is_new: bool = True


async def file(session: AsyncSession, new: Any, *, key: str, partner: str | None = None) -> Filed:
    """File an order, or answer with the open one that stands for the same matter of the same household.

    Raises:
        BadField: neither address nor account number of a fault, or no phone to call back. OutageNotFound.
    """
    if isinstance(new, schemas.NewFaultReport):
        _check_fault(new)
    site = await places.locate(
        session,
        address=new.address,
        community=new.community,
        transformer_area=new.transformer_area,
        area_kind=new.area_kind,
    )
    others: list[WorkOrder] = []
    if isinstance(new, schemas.NewFaultReport):
        standing, others = await households.standing(session, new, site)
    else:
        standing = await repeats.standing(session, new, site.address_key, since=moment())
    if standing is not None:
        repeats.add_what_is_new(session, standing, new)
        return Filed(standing, is_new=False)
    draft = filing.draft(new, filing.Context(moment(), site))
    order = await records.insert(
        session,
        new,
        draft,
        site,
        key=key,
        related=[o.order_no for o in others],
        partner=partner,
    )
    records.relate_back(others, order)
    await _set_going(session, order, draft)
    return Filed(order)


async def _set_going(session: AsyncSession, order: WorkOrder, draft: filing.Draft) -> None:
    """What the system does at once. Along a process that is not in use nobody is sent: the order is kept, and a
    supervisor hears of it."""
    if "dispatch" in draft.after and not await processes.may_be_sent(session, order):
        await noting.note(session, order, Act("held_back", "system", "ticketing", "流程未发布，暂不派单"))
        alarms.raise_alarm(session, "process_not_published", "流程未发布，单子等着派", order_no=order.order_no)
        return
    for event in draft.after:
        if MACHINES[order.order_type].rows(order.status, event):
            await move(session, order, Act(event, "system", "ticketing"))


def _check_fault(new: schemas.NewFaultReport) -> None:
    """A hazard is taken with whatever is known."""
    if not (new.address or new.account_no or new.community or new.landmark or new.pole_no):
        raise BadField("address", "needed: an address, or the account number, community, landmark or pole")
    if new.hazard_kind == "none" and not (new.contact_phone or new.caller_phone):
        raise BadField("contact_phone", "needed: the crew calls before it comes")
