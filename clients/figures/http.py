"""Figures over the REST of docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kit.http import ServiceClient

_STAFF = {"X-View": "staff", "X-Client": "desk"}


class Figures:
    """`timeout_s` bounds each call. Raises the family of `kernel.errors`, as the ticketing system says."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 10) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="ticketing")

    async def read(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """`since`, `until` (days), `by`."""
        return dict(await self._http.get("/v1/figures", params=query, headers=_STAFF))

    async def table(self, query: Mapping[str, Any]) -> str:
        """The same as CSV."""
        return await self._http.get_text("/v1/figures/table.csv", params=query, headers=_STAFF)

    async def complaints(self, query: Mapping[str, Any]) -> dict[str, Any]:
        return dict(await self._http.get("/v1/complaints/statistics", params=query, headers=_STAFF))

    async def aclose(self) -> None:
        await self._http.aclose()
