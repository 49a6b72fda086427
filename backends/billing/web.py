"""What every endpoint of this service shares: the database, the key of a write, who is asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing import scopes
from backends.billing.models import idempotency_keys
from kernel.errors import Malformed
from kit import idempotency
from kit.auth import identity
from kit.db import Database
from kit.settings import Settings

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": what, "content": {"application/problem+json": {}}}
    for status, what in {
        401: "no bearer token",
        403: "identity_required, identity_mismatch, code_wrong, scope_missing, bad_signature, own_refund",
        404: "account_not_found, bill_not_found, or another thing that is not there",
        409: "code_expired, challenge_used, idempotency_key_reused, or what stands in the way",
        422: "account_check_failed, account_length, or `fields` names what is wrong",
        429: "identity_locked or too_many_accounts",
        503: "try again later",
    }.items()
}


def database(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


def configuration(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


Db = Annotated[Database, Depends(database)]
Config = Annotated[Settings, Depends(configuration)]


def write_key(
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")] = None,
) -> str:
    """The key every write carries. Raises Malformed when it is missing."""
    if idempotency_key is None:
        raise Malformed("a write needs the header Idempotency-Key", code="idempotency_key_missing")
    return idempotency_key


Key = Annotated[str, Depends(write_key)]
Run = Callable[[AsyncSession], Awaitable[tuple[int, dict[str, Any]]]]


@dataclass(frozen=True)
class Asker:
    """Who asks: a proof and the conversation it is bound to; both may be missing."""

    token: str | None
    subject: str | None
    secret: str

    def require_l2(self, account_no: str) -> None:
        """Raises NotAllowed (`identity_required`) unless L2 or more is proved for this account here."""
        level = identity.verify(self.secret, self.token, account_no=account_no, subject=self.subject)
        if level not in ("L2", "L3"):
            raise identity.NotAllowed("a higher level is needed", code="identity_required")


def asker(
    config: Config,
    x_identity_token: Annotated[str | None, Header(max_length=2000)] = None,
    x_subject: Annotated[str | None, Header(max_length=200)] = None,
) -> Asker:
    return Asker(x_identity_token, x_subject, config.identity.secret.get_secret_value())


Asks = Annotated[Asker, Depends(asker)]


@dataclass(frozen=True)
class Caller:
    """The program that calls, and the person at its screen where there is one."""

    client: str
    actor: str | None

    def require(self, scope: str) -> None:
        """Raises ScopeMissing."""
        scopes.require(self.client, scope)


def caller(
    x_client: Annotated[str | None, Header(pattern=r"^[a-z_]{1,30}$")] = None,
    x_actor: Annotated[str | None, Header(pattern=r"^[\x21-\x7e]{1,64}$")] = None,
) -> Caller:
    return Caller(x_client or "service", x_actor)


Calls = Annotated[Caller, Depends(caller)]


async def write_once(db: Database, key: str, request: Any, run: Run) -> JSONResponse:
    """One write in one transaction; the same key again gets the kept answer, a refusal included."""
    async with db.transaction() as session:
        status, body = await idempotency.once(session, idempotency_keys, key, request, lambda: run(session))
    media = "application/problem+json" if status >= 400 else "application/json"
    return JSONResponse(body, status, media_type=media)
