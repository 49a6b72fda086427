"""What every endpoint of this service shares: the database, the key of a write, who is looking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.models import idempotency_keys
from kernel.errors import Malformed
from kit import idempotency
from kit.db import Database

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": what, "content": {"application/problem+json": {}}}
    for status, what in {
        401: "no bearer token",
        403: "identity_required, role_not_allowed or restricted",
        404: "not found",
        409: "event_not_allowed, guard_failed, version_conflict or idempotency_key_reused",
        422: "malformed: `fields` names what is wrong",
        429: "too many wrong proofs",
        503: "try again later",
    }.items()
}


def database(request: Request) -> Database:
    found: Database = request.app.state.database
    return found


Db = Annotated[Database, Depends(database)]


def write_key(
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")] = None,
) -> str:
    """The key every write carries (printable ASCII without blanks). Raises Malformed when it is missing."""
    if idempotency_key is None:
        raise Malformed(
            "a write needs the header Idempotency-Key",
            code="idempotency_key_missing",
            fields=[{"at": "header.Idempotency-Key", "problem": "missing"}],
        )
    return idempotency_key


Key = Annotated[str, Depends(write_key)]


@dataclass(frozen=True)
class Viewer:
    """Who looks: staff see all; a customer shows the phone's last four digits or an identity token. `client` is the
    program that calls, `service` when it does not say; `role` and `actor` are the person at its screen, needed for
    what is restricted."""

    is_staff: bool = False
    phone_last4: str | None = None
    identity_token: str | None = None
    subject: str | None = None
    secret: str = ""
    client: str = "service"
    role: str | None = None
    actor: str | None = None


def viewer(
    request: Request,
    x_view: Annotated[str | None, Header(max_length=20)] = None,
    x_identity_token: Annotated[str | None, Header(max_length=2000)] = None,
    x_subject: Annotated[str | None, Header(max_length=200)] = None,
    x_client: Annotated[str | None, Header(pattern=r"^[a-z_]{1,30}$")] = None,
    x_role: Annotated[str | None, Header(pattern=r"^[a-z_]{1,30}$")] = None,
    x_actor: Annotated[str | None, Header(pattern=r"^[\x21-\x7e]{1,64}$")] = None,
) -> Viewer:
    secret = request.app.state.settings.identity.secret.get_secret_value()
    return Viewer(x_view == "staff", None, x_identity_token, x_subject, secret, x_client or "service", x_role, x_actor)


Looks = Annotated[Viewer, Depends(viewer)]
Run = Callable[[AsyncSession], Awaitable[tuple[int, dict[str, Any]]]]


async def write_once(db: Database, key: str, request: Any, run: Run) -> JSONResponse:
    """One write in one transaction; the same key again gets the kept answer."""
    async with db.transaction() as session:
        status, body = await idempotency.once(session, idempotency_keys, key, request, lambda: run(session))
    return JSONResponse(body, status)
