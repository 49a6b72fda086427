"""Does a fault report repeat an open one of the same household? (domain/work-orders.md 6.2)"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.places.service import Site
from backends.ticketing.work_orders import repository, schemas
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.moving import get

DUPLICATE_WITHIN = timedelta(hours=24)  # domain/work-orders.md 6.2

# Symptoms of one class are one trouble told twice; of another class a new trouble.
_SYMPTOM_CLASS = {
    "all_out": "no_power", "partial_out": "no_power", "breaker_trip": "no_power",
    "low_voltage": "voltage", "high_voltage": "voltage", "flicker": "voltage",
}  # fmt: skip


async def standing(
    session: AsyncSession, new: schemas.NewFaultReport, site: Site
) -> tuple[WorkOrder | None, list[WorkOrder]]:
    """The open report this one repeats; if there is none, the household's others, locked, to relate to."""
    phone = new.contact_phone or new.caller_phone
    names = [f"account:{new.account_no}"] if new.account_no else []
    names += [f"phone:{phone}"] if phone else []
    area = site.transformer_area or site.community
    names += [f"area:{area}"] if area else []  # a storm makes one outage of an area
    await repository.lock_household(session, *names)
    others = await repository.open_faults_of_household(
        session,
        account_no=new.account_no,
        phone=phone,
        address_key=site.address_key,
        since=moment() - DUPLICATE_WITHIN,
    )
    here = [o for o in others if not (o.community and site.community and o.community != site.community)]
    twin = next((o for o in here if _is_twin(o, new, site, phone)), None)
    if twin is not None:
        return twin, []
    return None, [await get(session, number, lock=True) for number in sorted(o.order_no for o in here)]


def _is_twin(order: WorkOrder, new: schemas.NewFaultReport, site: Site, phone: str | None) -> bool:
    if order.details["hazard_kind"] != new.hazard_kind:
        return False
    if new.hazard_kind != "none":
        return order.contact_phone == phone is not None and order.address_key == site.address_key is not None
    known, told = (_SYMPTOM_CLASS.get(s, s) for s in (order.details["symptom"], new.symptom))
    return known == told
