"""Who asks: the session of a page in its cookie, its token on every write, one page a role."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from desk.errors import OriginNotAllowed, TokenMismatch, WrongPage
from desk.logins import Logins, SignedIn

CSRF_HEADER = "x-csrf-token"
CREW = "crew"


def logins_of(request: Request) -> Logins:
    logins: Logins = request.app.state.logins
    return logins


Door = Annotated[Logins, Depends(logins_of)]


def same_origin(origin: str | None, host: str | None) -> None:
    """Another site's page must not log in or listen in somebody's name. Programs send no origin."""
    if origin and urlsplit(origin).netloc != host:
        raise OriginNotAllowed("open the page at its own address")


def of_page(who: SignedIn, *, is_crew: bool) -> SignedIn:
    """Raises WrongPage: crews do not sit at the desk, and agents do not drive."""
    if (who.role == CREW) != is_crew:
        raise WrongPage("this page is for others")
    return who


def reader_of(cookie: str, *, is_crew: bool) -> Callable[..., Awaitable[SignedIn]]:
    async def reader(request: Request, logins: Door) -> SignedIn:
        return of_page(await logins.signed_in(request.cookies.get(cookie)), is_crew=is_crew)

    return reader


def check_token(request: Request, who: SignedIn) -> SignedIn:
    shown = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(shown.encode(), who.csrf.encode()):
        raise TokenMismatch("the page is out of date; load it again")
    return who


def keep(request: Request, response: Response, cookie: str, value: str, *, path: str) -> None:
    ends_s = int(request.app.state.settings.desk.session_for.total_seconds())
    secure = request.url.scheme == "https"
    response.set_cookie(cookie, value, max_age=ends_s, path=path, httponly=True, samesite="strict", secure=secure)


def me(who: SignedIn) -> dict[str, Any]:
    return {"agent_id": who.agent_id, "name": who.name, "role": who.role, "csrf": who.csrf}
