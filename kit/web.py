"""What every HTTP service of ours has: problem+json, health, request logs, a bearer check."""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.errors import Malformed, NotAllowed, ServiceError, Unavailable, to_problem
from kit import logging
from kit.settings import Settings

log = logging.get("kit.web")
Check = Callable[[], Awaitable[None]]


def problem_response(err: ServiceError) -> JSONResponse:
    headers = {"Retry-After": "1"} if err.retryable else None
    return JSONResponse(to_problem(err), err.status, headers=headers, media_type="application/problem+json")


async def _service_error(_: Request, err: Exception) -> JSONResponse:
    assert isinstance(err, ServiceError)
    return problem_response(err)


async def _malformed(_: Request, err: Exception) -> JSONResponse:
    assert isinstance(err, RequestValidationError)
    # Only where and why: what was sent may be personal and is not echoed.
    fields = [{"at": ".".join(map(str, e["loc"])), "problem": e["msg"]} for e in err.errors()]
    return problem_response(Malformed("; ".join(f"{f['at']}: {f['problem']}" for f in fields), fields=fields))


async def _http_error(_: Request, err: Exception) -> JSONResponse:
    assert isinstance(err, HTTPException)
    code = {401: "unauthorised", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed"}.get(err.status_code)
    body = to_problem(ServiceError(str(err.detail), code=code or "http_error")) | {"status": err.status_code}
    return JSONResponse(body, err.status_code, headers=err.headers, media_type="application/problem+json")


async def _not_storable(_: Request, err: Exception) -> JSONResponse:
    """PostgreSQL keeps no NUL in a text and no number beyond a column's bounds; nothing of the request stands."""
    log.warning("a value cannot be kept", error=type(err).__name__)
    return problem_response(Malformed("a text holds a NUL, or a number is out of bounds", code="not_storable"))


async def _unexpected(_: Request, err: Exception) -> JSONResponse:
    log.error("unexpected error", exc_info=err)
    return problem_response(ServiceError("something went wrong on our side"))


class RequestLog:
    """One line a request: method, route, status, milliseconds. No query, no body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/health"):
            return await self.app(scope, receive, send)
        started, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            took = round((time.perf_counter() - started) * 1000, 1)
            log.info("request", method=scope["method"], route=route, status=status, duration_ms=took)
        return None


def create_app(title: str, *, version: str = "1", lifespan: Any = None) -> FastAPI:
    """A FastAPI app in the manner of the house. Append async functions to `app.state.ready_checks`; one that raises
    makes `/health/ready` answer 503."""
    app = FastAPI(title=title, version=version, lifespan=lifespan)
    app.state.ready_checks = []
    app.add_middleware(RequestLog)
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DataError, _not_storable)
    app.add_exception_handler(Exception, _unexpected)

    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", include_in_schema=False)
    async def ready() -> dict[str, str]:
        checks: list[Check] = app.state.ready_checks
        for check in checks:
            try:
                await check()
            except Exception as err:
                raise Unavailable(f"not ready: {type(err).__name__}", code="not_ready") from err
        return {"status": "ok"}

    return app


def service_auth(settings: Settings) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets in who shows our service token; anybody else gets 401."""
    expected = f"Bearer {settings.service.token.get_secret_value()}".encode()

    async def check(request: Request) -> None:
        shown = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(shown, expected):
            raise Unauthorised("show the service's bearer token")

    return check


class Unauthorised(NotAllowed):
    code = "unauthorised"
    status = 401
