"""Who agreed to hear of a place or an account, and who declined: kept with how they were asked."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import BadField, SubscriptionNotFound
from backends.ticketing.notices.models import AreaSubscription, OptOut
from backends.ticketing.notices.schemas import NewAreaSubscription
from backends.ticketing.notices.service import moment
from backends.ticketing.places import service as places


async def subscribe(session: AsyncSession, new: NewAreaSubscription) -> tuple[AreaSubscription, bool]:
    """The subscription and whether it is new. Raises BadField when outages of no place we know are wished for."""
    site = await places.locate(
        session, address=new.address, community=new.community, transformer_area=new.transformer_area
    )
    if new.topic == "outage" and site.community is None and site.transformer_area is None:
        raise BadField("address", "needed: a place we serve")
    # An address says more than its community: only the transformer area that feeds it is meant.
    area = new.transformer_area or (site.transformer_area if site.building else None)
    values = {
        "phone": new.phone,
        "topic": new.topic,
        "channel": new.channel,
        "community": site.community,
        "transformer_area": area,
        "building": site.building,
        "account_no": new.account_no,
        "consent": new.consent,
        "agreed_at": moment(),
    }
    statement = insert(AreaSubscription).values(**values).on_conflict_do_nothing().returning(AreaSubscription.id)
    made = (await session.execute(statement)).scalar_one_or_none()
    if made is not None:
        return await get(session, made), True
    return await _standing(session, values), False


async def _standing(session: AsyncSession, values: dict[str, object]) -> AreaSubscription:
    same = [
        getattr(AreaSubscription, name).is_not_distinct_from(values[name])
        for name in ("phone", "topic", "community", "transformer_area", "account_no")
    ]
    found = sa.select(AreaSubscription).where(*same, AreaSubscription.ended_at.is_(None))
    return (await session.execute(found)).scalar_one()


async def get(session: AsyncSession, subscription_id: int) -> AreaSubscription:
    found = await session.get(AreaSubscription, subscription_id)
    if found is None:
        raise SubscriptionNotFound(str(subscription_id))
    return found


async def of_phone(session: AsyncSession, phone: str) -> Sequence[AreaSubscription]:
    """Running ones, oldest first."""
    found = sa.select(AreaSubscription).where(AreaSubscription.phone == phone, AreaSubscription.ended_at.is_(None))
    return (await session.execute(found.order_by(AreaSubscription.id))).scalars().all()


async def end(session: AsyncSession, found: AreaSubscription) -> None:
    found.ended_at = found.ended_at or moment()
    await session.flush()


async def decline(session: AsyncSession, phone: str) -> None:
    """From now on nothing that may be declined; what warns and what answers still comes."""
    await session.execute(insert(OptOut).values(phone=phone, at=moment()).on_conflict_do_nothing())


async def accept_again(session: AsyncSession, phone: str) -> None:
    await session.execute(sa.delete(OptOut).where(OptOut.phone == phone))
