"""Calls from one of our services to another: bounded, keyed, and errors of one family (kernel.errors)."""

from __future__ import annotations

import asyncio
import json as json_format
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from kernel.errors import TimedOut, Unavailable, from_problem

# Uvicorn closes an idle connection after 5 s; letting go at 4 s means no call meets one that is just closing.
_IDLE_S = 4
_MOST_CONNECTIONS = 100


class ServiceClient:
    """JSON over HTTP to one service.

    Args:
        timeout_s: bound for each of connect, write and read; connect is cut at 1 s.
        name: of the service, for error texts.
    """

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 2, name: str = "service") -> None:
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=timeout_s, sock_connect=min(1.0, timeout_s), sock_read=timeout_s
        )
        self._session: aiohttp.ClientSession | None = None

    def _http(self) -> aiohttp.ClientSession:
        """Made in the loop that uses it."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS, keepalive_timeout=_IDLE_S)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=self._timeout, headers=self._headers, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def get(
        self, path: str, *, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON answer of a read.

        Raises:
            Unavailable: off, too slow, or rubbish. Rejected: as the service says.
        """
        return await self._call("GET", path, params=_query(params or {}), headers=dict(headers or {}))

    async def get_text(self, path: str, *, params: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        """As `get`, for an answer that is a text and no JSON."""
        found = await self._call("GET", path, read=_text, params=_query(params), headers=dict(headers))
        return str(found)

    async def post(
        self, path: str, *, json: Any = None, key: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON answer of a write; `key` makes it safe to repeat.

        Raises:
            TimedOut: the outcome is unknown. Unavailable: it was not taken. Rejected: as the service says.
        """
        return await self._write("POST", path, json, key, headers)

    async def post_raw(self, path: str, body: bytes, *, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        """Bytes as they came, the answer as it is: status, media type, body. For what others have signed.

        Raises:
            TimedOut: the outcome is unknown. Unavailable: it was not taken.
        """
        url = self._base_url + path
        try:
            async with self._http().post(url, data=body, headers=dict(headers), allow_redirects=False) as answer:
                return answer.status, answer.content_type, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as err:
            raise Unavailable(f"{self.name} cannot be reached", code=f"{self.name}_unavailable") from err
        except (aiohttp.ClientError, asyncio.TimeoutError) as err:
            raise TimedOut(f"{self.name} gave no answer in time", code=f"{self.name}_timed_out") from err

    async def put(
        self, path: str, *, json: Any = None, key: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """As `post`, with PUT."""
        return await self._write("PUT", path, json, key, headers)

    async def _write(
        self, method: str, path: str, json: Any, key: str | None, headers: Mapping[str, str] | None
    ) -> Any:
        sent = dict(headers or {})
        if key is not None:
            sent["Idempotency-Key"] = key
        return await self._call(method, path, json=json, headers=sent)

    async def _call(
        self, method: str, path: str, *, read: Callable[[bytes], Any] = json_format.loads, **kwargs: Any
    ) -> Any:
        try:
            async with self._http().request(method, self._base_url + path, allow_redirects=False, **kwargs) as answer:
                return self._read(answer.status, await answer.read(), read)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as err:
            raise Unavailable(f"{self.name} cannot be reached", code=f"{self.name}_unavailable") from err
        except (aiohttp.ClientError, asyncio.TimeoutError) as err:
            raise TimedOut(f"{self.name} gave no answer in time", code=f"{self.name}_timed_out") from err

    def _read(self, status: int, text: bytes, read: Callable[[bytes], Any]) -> Any:
        is_good = 200 <= status < 300
        try:
            body = read(text) if is_good else json_format.loads(text)
        except ValueError as err:
            raise Unavailable(f"{self.name} answered {status}, not JSON", code="bad_answer") from err
        if is_good:
            return body
        raise from_problem(status, body)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def _text(raw: bytes) -> str:
    return raw.decode("utf-8")


def _query(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """As FastAPI reads it: None left out, lists repeated, `true` and `false` small."""
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, str(one).lower() if isinstance(one, bool) else str(one)) for one in values if one is not None]
    return pairs
