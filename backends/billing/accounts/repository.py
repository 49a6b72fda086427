"""Every query on accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account, Lookup, Meter


async def find(session: AsyncSession, account_no: str) -> Account | None:
    return await session.get(Account, account_no)


async def meters_of(session: AsyncSession, account_no: str) -> list[Meter]:
    asked = sa.select(Meter).where(Meter.account_no == account_no).order_by(Meter.meter_no)
    return list((await session.scalars(asked)).all())


async def areas_of_phone(session: AsyncSession, phone: str) -> list[tuple[str, str, str]]:
    """Community, transformer area and area kind of the accounts a phone is kept with."""
    asked = (
        sa.select(Account.community, Account.transformer_area, Account.area_kind)
        .where(Account.contact_phone == phone, Account.status != "closed")
        .distinct()
        .limit(2)
    )
    return [(row[0], row[1], row[2]) for row in (await session.execute(asked)).all()]


async def of_phone(session: AsyncSession, phone: str, *, most: int) -> list[Account]:
    """Accounts a phone is kept with, closed ones left out."""
    asked = sa.select(Account).where(Account.contact_phone == phone, Account.status != "closed")
    return list((await session.scalars(asked.order_by(Account.account_no).limit(most))).all())


async def in_community_named_in(session: AsyncSession, text: str) -> list[Account]:
    """Accounts of the communities or roads that are named in `text`."""
    named = sa.func.strpos(sa.literal(text), Account.community) > 0
    asked = sa.select(Account).where(named, Account.status != "closed").order_by(Account.account_no)
    return list((await session.scalars(asked.limit(1000))).all())


async def note_lookup(session: AsyncSession, subject: str, account_no: str, *, now: datetime, within: timedelta) -> int:
    """Write down that a conversation asked for an account; gives how many different ones it did lately."""
    values = {"subject": subject, "account_no": account_no, "at": now}
    noted = insert(Lookup).values(values)
    noted = noted.on_conflict_do_update(index_elements=["subject", "account_no"], set_={"at": now})
    others = sa.select(sa.func.count() + 1).where(
        Lookup.subject == subject, Lookup.account_no != account_no, Lookup.at > now - within
    )
    return int((await session.execute(others.add_cte(noted.cte("noted")))).scalar_one())
