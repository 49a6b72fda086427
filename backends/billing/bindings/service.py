"""Binding an account to a visitor, and what a binding proves later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.bindings.models import Binding
from backends.billing.identity.service import Rules
from kernel import account_no as accounts
from kernel import clock
from kernel.errors import Conflict, NotFound
from kit.auth import identity

MOST_MEMBERS = 5
FRESH_FOR = timedelta(days=90)


class TooManyMembers(Conflict):
    code = "too_many_members"


class NotBound(NotFound):
    code = "not_bound"


async def of_visitor(session: AsyncSession, visitor_id: str) -> dict[str, Any]:
    """The accounts of a visitor, oldest binding first."""
    asked = sa.select(Binding).where(Binding.visitor_id == visitor_id).order_by(Binding.verified_at, Binding.account_no)
    found: Sequence[Binding] = (await session.scalars(asked)).all()
    return {"items": [_shown(one) for one in found]}


def _shown(one: Binding) -> dict[str, Any]:
    return {"account_no": one.account_no, "last4": accounts.last4(one.account_no), "is_fresh": _is_fresh(one)}


def _is_fresh(one: Binding) -> bool:
    return clock.now() - one.verified_at < FRESH_FOR


async def bind(session: AsyncSession, account_no: str, visitor_id: str) -> dict[str, Any]:
    """Twice is once. Raises TooManyMembers when five others have it."""
    key = f"billing.bindings:{account_no}"
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))
    known = await session.get(Binding, (account_no, visitor_id))
    if known is None:
        if await _members(session, account_no) >= MOST_MEMBERS:
            raise TooManyMembers("an account has five members at most")
        session.add(Binding(account_no=account_no, visitor_id=visitor_id, verified_at=clock.now()))
    else:
        known.verified_at = clock.now()
    await session.flush()
    return {"members": await _members(session, account_no), "most": MOST_MEMBERS}


async def _members(session: AsyncSession, account_no: str) -> int:
    asked = sa.select(sa.func.count()).select_from(Binding).where(Binding.account_no == account_no)
    return int((await session.execute(asked)).scalar_one())


async def unbind(session: AsyncSession, account_no: str, visitor_id: str) -> dict[str, Any]:
    """Raises NotBound."""
    known = await session.get(Binding, (account_no, visitor_id))
    if known is None:
        raise NotBound("this visitor has no such account")
    await session.delete(known)
    await session.flush()
    return {"members": await _members(session, account_no), "most": MOST_MEMBERS}


async def proof(session: AsyncSession, account_no: str, visitor_id: str, subject: str, rules: Rules) -> dict[str, Any]:
    """A proof of L2 out of a binding that was checked within ninety days. Raises NotBound."""
    known = await session.get(Binding, (account_no, visitor_id))
    if known is None or not _is_fresh(known):
        raise NotBound("no fresh binding")
    token, ends = identity.issue(
        rules.secret, account_no=account_no, subject=subject, level="L2", ttl_s=rules.proof_valid.total_seconds()
    )
    return {"identity_token": token, "level": "L2", "expires_at": ends.isoformat()}
