"""Links to pay by: who asked, how much, until when. Whoever holds one sees the sum and the last four digits, no more.

The table has the hash only; the link itself stands in the kept answer of the write that made it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.payments.errors import LinkNotFound, LinkOver, NothingDue
from backends.billing.payments.models import PayLink
from kernel import clock, ids


@dataclass(frozen=True)
class Made:
    link: PayLink
    token: str


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def make(
    session: AsyncSession, account: Account, amount_fen: int, *, valid_for: timedelta, conversation_id: str | None
) -> Made:
    """A link for so much; links of the account that are still open are cancelled, so that nobody pays twice.

    Raises:
        NothingDue: nothing is to be paid.
    """
    if amount_fen <= 0:
        raise NothingDue("nothing is due")
    await session.execute(
        sa.update(PayLink)
        .where(PayLink.account_no == account.account_no, PayLink.status == "open")
        .values(status="cancelled")
    )
    token, now = secrets.token_urlsafe(18), clock.now()
    link = PayLink(
        link_id=ids.new_id("lj"), token_hash=hash_of(token), account_no=account.account_no, amount_fen=amount_fen,
        conversation_id=conversation_id, status="open", created_at=now, expires_at=now + valid_for,
    )  # fmt: skip
    session.add(link)
    await session.flush()
    return Made(link, token)


async def find(session: AsyncSession, token: str) -> PayLink:
    """Raises LinkNotFound."""
    found = await session.scalar(sa.select(PayLink).where(PayLink.token_hash == hash_of(token)))
    if found is None:
        raise LinkNotFound("no such link")
    return found


def state(link: PayLink) -> str:
    """open, paid, cancelled or expired."""
    return "expired" if link.status == "open" and clock.now() >= link.expires_at else link.status


def require_open(link: PayLink) -> None:
    """Raises LinkOver."""
    if state(link) != "open":
        raise LinkOver(f"the link is {state(link)}")
