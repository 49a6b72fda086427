"""Crews and their orders over the REST of docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from kit.http import ServiceClient

_STAFF = {"X-View": "staff", "X-Client": "crew"}


class Crews:
    """`timeout_s` bounds each call. Raises the family of `kernel.errors`, as the ticketing system says."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 2) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="ticketing")

    async def of(self, badge: str) -> dict[str, Any]:
        """The crew whose member has this badge."""
        return dict(await self._http.get(f"/v1/crews/of/{quote(badge, safe='')}", headers=_STAFF))

    async def orders(self, crew_no: str) -> list[dict[str, Any]]:
        """What the crew is offered and took, the most urgent first."""
        answer = await self._http.get(f"/v1/crews/{quote(crew_no, safe='')}/orders", headers=_STAFF)
        return list(answer["items"])

    async def act(self, order_no: str, badge: str, event: Mapping[str, Any], *, key: str) -> dict[str, Any]:
        """One event of an order, in this member's name; same key, same answer."""
        body = {"role": "crew", "actor": badge, **event}
        path = f"/v1/work-orders/{quote(order_no, safe='')}/events"
        return dict(await self._http.post(path, json=body, key=key, headers=_STAFF))

    async def aclose(self) -> None:
        await self._http.aclose()
