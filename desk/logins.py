"""Who may sit at the desk: argon2 passwords, sessions kept as hashes, a lock after five wrong passwords."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import argon2
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from desk.errors import LoginLocked, LoginRefused, LoginRequired
from desk.models import Agent, Session, Trace
from kernel import clock
from kit.db import Database
from kit.settings import DeskSettings

MAX_WRONG = 5
LOCKED_FOR = timedelta(minutes=15)
_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's second argon2id profile


@dataclass(frozen=True)
class SignedIn:
    """The agent of a request, and the token its forms must carry."""

    agent_id: str
    login: str
    name: str
    role: str
    csrf: str
    session_id: str


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


@cache
def _nobody() -> str:
    # Checked against when the login is unknown, so that both cases take as long.
    return _HASHER.hash(secrets.token_hex())


def _is_right(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


class Logins:
    def __init__(self, db: Database, config: DeskSettings) -> None:
        self._db, self._config = db, config

    def _key_of(self, cookie: str) -> str:
        secret = self._config.session_secret.get_secret_value().encode()
        return hmac.new(secret, cookie.encode(), hashlib.sha256).hexdigest()

    async def log_in(self, login: str, password: str) -> tuple[str, SignedIn]:
        """A fresh session; returns the cookie's value and who signed in.

        Raises:
            LoginRefused: wrong, in whatever part.
            LoginLocked: five wrong in a row; the right password does not help until the lock ends.
        """
        agent = await self._agent(login)
        if agent is not None and agent.locked_until is not None and agent.locked_until > clock.now():
            raise LoginLocked("too many wrong passwords; try again later")
        right = await asyncio.to_thread(_is_right, agent.password_hash if agent else _nobody(), password)
        if agent is None or not agent.is_active or not right:
            if agent is not None:
                await self._count_wrong(agent.id)
            raise LoginRefused("wrong login or password")
        return await self._start(agent)

    async def _agent(self, login: str) -> Agent | None:
        async with self._db.reading() as session:
            return (await session.execute(sa.select(Agent).where(Agent.login == login))).scalar_one_or_none()

    async def _count_wrong(self, agent_id: str) -> None:
        async with self._db.transaction() as session:
            agent = (await session.execute(sa.select(Agent).where(Agent.id == agent_id).with_for_update())).scalar_one()
            agent.wrong_in_a_row += 1
            if agent.wrong_in_a_row >= MAX_WRONG:
                agent.wrong_in_a_row, agent.locked_until = 0, clock.now() + LOCKED_FOR
                trace(session, agent_id, "locked", reason="密码连续错 5 次")

    async def _start(self, agent: Agent) -> tuple[str, SignedIn]:
        cookie, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), clock.now()
        key = self._key_of(cookie)
        async with self._db.transaction() as session:
            await session.execute(
                sa.update(Agent).where(Agent.id == agent.id).values(wrong_in_a_row=0, locked_until=None)
            )
            await session.execute(sa.delete(Session).where(Session.ends_at < now))
            ends_at = now + self._config.session_for
            session.add(Session(id=key, agent_id=agent.id, csrf=csrf, started_at=now, ends_at=ends_at))
            trace(session, agent.id, "logged_in")
        return cookie, SignedIn(agent.id, agent.login, agent.name, agent.role, csrf, key)

    async def signed_in(self, cookie: str | None) -> SignedIn:
        """Raises LoginRequired without a session that still runs, of an agent who is still active."""
        if not cookie:
            raise LoginRequired("log in first")
        query = (
            sa.select(Session, Agent)
            .join(Agent, Agent.id == Session.agent_id)
            .where(Session.id == self._key_of(cookie), Session.ends_at > clock.now(), Agent.is_active)
        )
        async with self._db.reading() as session:
            row = (await session.execute(query)).one_or_none()
        if row is None:
            raise LoginRequired("log in first")
        kept, agent = row
        return SignedIn(agent.id, agent.login, agent.name, agent.role, kept.csrf, kept.id)

    async def log_out(self, who: SignedIn) -> None:
        async with self._db.transaction() as session:
            await session.execute(sa.delete(Session).where(Session.id == who.session_id))
            trace(session, who.agent_id, "logged_out")

    async def write_trace(self, who: SignedIn, action: str, conversation_id: str, reason: str = "") -> None:
        async with self._db.transaction() as session:
            trace(session, who.agent_id, action, conversation_id=conversation_id, reason=reason)


def trace(
    session: AsyncSession, agent_id: str, action: str, *, conversation_id: str | None = None, reason: str = ""
) -> None:
    session.add(Trace(agent_id=agent_id, action=action, conversation_id=conversation_id, reason=reason, at=clock.now()))
