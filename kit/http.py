"""Calls from one of our services to another: bounded, keyed, and errors of one family (kernel.errors)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from kernel.errors import TimedOut, Unavailable, from_problem


class ServiceClient:
    """JSON over HTTP to one service.

    Args:
        timeout_s: bound for each of connect, write and read; connect is cut at 1 s.
        name: of the service, for error texts.
    """

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 2, name: str = "service") -> None:
        self.name = name
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=httpx.Timeout(timeout_s, connect=min(1.0, timeout_s)),
            headers={"Authorization": f"Bearer {token}"},
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
            trust_env=False,
        )

    async def get(
        self, path: str, *, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON answer of a read.

        Raises:
            Unavailable: off, too slow, or rubbish. Rejected: as the service says.
        """
        clean = {k: v for k, v in (params or {}).items() if v is not None}
        return await self._call("GET", path, params=clean, headers=dict(headers or {}))

    async def post(
        self, path: str, *, json: Any = None, key: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON answer of a write; `key` makes it safe to repeat.

        Raises:
            TimedOut: the outcome is unknown. Unavailable: it was not taken. Rejected: as the service says.
        """
        return await self._write("POST", path, json, key, headers)

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

    async def _call(self, method: str, path: str, **kwargs: Any) -> Any:
        try:
            answer = await self._http.request(method, path, **kwargs)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as err:
            raise Unavailable(f"{self.name} cannot be reached", code=f"{self.name}_unavailable") from err
        except httpx.TransportError as err:
            raise TimedOut(f"{self.name} gave no answer in time", code=f"{self.name}_timed_out") from err
        return self._read(answer)

    def _read(self, answer: httpx.Response) -> Any:
        try:
            body = answer.json()
        except ValueError as err:
            raise Unavailable(f"{self.name} answered {answer.status_code}, not JSON", code="bad_answer") from err
        if answer.is_success:
            return body
        raise from_problem(answer.status_code, body)

    async def aclose(self) -> None:
        await self._http.aclose()
