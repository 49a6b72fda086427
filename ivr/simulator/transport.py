"""How a webhook reaches the app: over HTTP to a local address, or straight into an ASGI application.

URL and signature are those of the public address; the connection goes where the app really is, as behind a proxy.
"""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from ivr.simulator.wire import READ_LIMIT_S, WireAnswer, WireRequest

CONNECT_S = 5.0


class Transport(Protocol):
    """Sends a webhook; never raises for what the network or the app does."""

    def send(self, request: WireRequest) -> WireAnswer: ...

    def close(self) -> None: ...


def local_url(base_url: str, public_url: str) -> str:
    parts = urlsplit(public_url)
    return base_url.rstrip("/") + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _headers(request: WireRequest) -> dict[str, str]:
    return {**request.headers, "Host": urlsplit(request.url).netloc}


def _answer(response: httpx.Response, took_s: float) -> WireAnswer:
    return WireAnswer(
        status=response.status_code,
        content_type=response.headers.get("content-type", ""),
        body=response.content,
        location=response.headers.get("location"),
        set_cookie=tuple(response.headers.get_list("set-cookie")),
        took_s=took_s,
    )


_LIMITS = httpx.Timeout(READ_LIMIT_S, connect=CONNECT_S)


class HttpTransport:
    """Blocking, over HTTP."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._client = httpx.Client(timeout=_LIMITS, trust_env=False)

    def send(self, request: WireRequest) -> WireAnswer:
        began = time.monotonic()
        url = local_url(self._base, request.url)
        try:
            response = self._client.request(request.method, url, headers=_headers(request), content=request.body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return WireAnswer(failure="connect", took_s=time.monotonic() - began)
        except httpx.HTTPError:
            return WireAnswer(failure="read", took_s=time.monotonic() - began)
        return _answer(response, time.monotonic() - began)

    def close(self) -> None:
        self._client.close()


class AsyncTransport:
    """For a server that plays the telephone, and for ASGI applications in the same loop."""

    def __init__(self, base_url: str, app: Any = None) -> None:
        self._base = base_url
        inner = httpx.ASGITransport(app=app) if app is not None else None
        self._client = httpx.AsyncClient(timeout=_LIMITS, trust_env=False, transport=inner)

    async def send(self, request: WireRequest) -> WireAnswer:
        began = time.monotonic()
        url = local_url(self._base, request.url)
        try:
            response = await self._client.request(request.method, url, headers=_headers(request), content=request.body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return WireAnswer(failure="connect", took_s=time.monotonic() - began)
        except httpx.HTTPError:
            return WireAnswer(failure="read", took_s=time.monotonic() - began)
        return _answer(response, time.monotonic() - began)

    async def close(self) -> None:
        await self._client.aclose()


class AsgiTransport:
    """Blocking, into an ASGI application that lives on a loop of its own in a thread."""

    def __init__(self, app: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._inner = AsyncTransport("http://app", app)

    def send(self, request: WireRequest) -> WireAnswer:
        return asyncio.run_coroutine_threadsafe(self._inner.send(request), self._loop).result(READ_LIMIT_S + CONNECT_S)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._inner.close(), self._loop).result(CONNECT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CONNECT_S)
        self._loop.close()
