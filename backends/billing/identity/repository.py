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


async def failures(
    session: AsyncSession, account_no: str, subject: str, *, since: datetime
) -> tuple[list[datetime], list[datetime]]:
    """When the wrong attempts were of this conversation, and of anybody on this account; newest first."""
    here, there = Failure.subject == subject, Failure.account_no == account_no
    asked = sa.select(Failure.at, here, there).where(Failure.at > since, sa.or_(here, there))
    rows = (await session.execute(asked.order_by(Failure.at.desc()).limit(200))).all()
    return [at for at, is_here, _ in rows if is_here], [at for at, _, is_there in rows if is_there]


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
