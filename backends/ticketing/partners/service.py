"""Who a key belongs to and what it may report. Danger to life is never refused for a limit."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.partners.errors import PartnerExists, PartnerLimit, PartnerNotAllowed, PartnerNotFound
from backends.ticketing.partners.models import Partner
from backends.ticketing.work_orders.acts import moment
from backends.ticketing.work_orders.models import WorkOrder
from kernel import clock


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


async def invite(
    session: AsyncSession, partner_id: str, *, name: str, service_codes: list[str], daily_limit: int
) -> tuple[Partner, str]:
    """A new partner and its key, which is shown this once. Raises PartnerExists."""
    if await session.get(Partner, partner_id) is not None:
        raise PartnerExists(partner_id)
    key = f"dp_{secrets.token_urlsafe(20)}"
    partner = Partner(
        partner_id=partner_id, name=name, key_hash=hash_of(key), service_codes=service_codes, daily_limit=daily_limit,
        is_active=True, created_at=moment(),
    )  # fmt: skip
    session.add(partner)
    await session.flush()
    return partner, key


async def end(session: AsyncSession, partner_id: str) -> Partner:
    """Its key is worth nothing from now on; what it reported stays. Raises PartnerNotFound."""
    partner = await session.get(Partner, partner_id)
    if partner is None:
        raise PartnerNotFound(partner_id)
    partner.is_active = False
    await session.flush()
    return partner


async def admit(session: AsyncSession, key: str, *, service_code: str, is_danger: bool) -> Partner:
    """The partner behind a key. Raises PartnerNotAllowed, PartnerLimit."""
    query = sa.select(Partner).where(Partner.key_hash == hash_of(key), Partner.is_active)
    partner = (await session.execute(query)).scalar_one_or_none()
    if partner is None or service_code not in partner.service_codes:
        raise PartnerNotAllowed("unknown key, or not in its scope")
    if not is_danger and await reported_today(session, partner.partner_id) >= partner.daily_limit:
        raise PartnerLimit(f"more than {partner.daily_limit} reports today")
    return partner


async def reported_today(session: AsyncSession, partner_id: str) -> int:
    begins = datetime.combine(moment().astimezone(clock.TZ).date(), time(), clock.TZ)
    query = sa.select(sa.func.count()).where(WorkOrder.partner == partner_id, WorkOrder.registered_at >= begins)
    return int((await session.execute(query)).scalar_one())


async def everybody(session: AsyncSession) -> list[Partner]:
    return list((await session.execute(sa.select(Partner).order_by(Partner.partner_id))).scalars())
