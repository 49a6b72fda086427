"""Open311 requests over the REST of docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kernel import clock
from kit.http import ServiceClient

_SAYS = {"X-Client": "gateway"}


class Open311:
    """`timeout_s` bounds each call. Raises the family of `kernel.errors`, as the ticketing system says."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 5) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="ticketing")

    async def services(self) -> list[dict[str, Any]]:
        return list(await self._http.get("/v1/open311/services", headers=_SAYS))

    async def report(self, told: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        return dict(await self._http.post("/v1/open311/requests", json=dict(told), key=key, headers=_SAYS))

    async def read(self, request_id: str) -> dict[str, Any]:
        return dict(await self._http.get(f"/v1/open311/requests/{request_id}", headers=_SAYS))

    async def list(
        self, *, start_date: str | None, end_date: str | None, **filters: str | None
    ) -> list[dict[str, Any]]:
        """The last thirty days when no dates are given (ISO 8601 with an offset)."""
        now = clock.now()
        span = {
            "start_date": start_date or (now - timedelta(days=30)).isoformat(),
            "end_date": end_date or now.isoformat(),
        }
        return [*(await self._http.get("/v1/open311/requests", params={**span, **filters}, headers=_SAYS))]

    async def aclose(self) -> None:
        await self._http.aclose()
