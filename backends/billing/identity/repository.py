"""Every query on challenges, failures and the outbox."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.identity.models import Challenge, Failure


async def serialise(session: AsyncSession, account_no: str) -> None:
    """One attempt on an account at a time, so that guesses sent at once are all counted."""
    key = f"billing.identity:{account_no}"
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))


async def failures(session: AsyncSession, *clauses: sa.ColumnElement[bool], since: datetime) -> list[datetime]:
    """When the wrong attempts were, newest first."""
    asked = sa.select(Failure.at).where(Failure.at > since, *clauses).order_by(Failure.at.desc()).limit(100)
    return list((await session.scalars(asked)).all())


async def forget_failures(session: AsyncSession, account_no: str, subject: str) -> None:
    await session.execute(sa.delete(Failure).where(Failure.account_no == account_no, Failure.subject == subject))


async def challenge(session: AsyncSession, challenge_id: str) -> Challenge | None:
    return await session.get(Challenge, challenge_id)


async def end_open_challenges(session: AsyncSession, account_no: str, subject: str, *, now: datetime) -> None:
    """A new code ends the ones sent before it."""
    await session.execute(
        sa.update(Challenge)
        .where(Challenge.account_no == account_no, Challenge.subject == subject, Challenge.used_at.is_(None))
        .values(expires_at=now)
    )
