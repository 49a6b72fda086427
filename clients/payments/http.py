"""Payments over the REST of docs/architecture.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from kit.http import ServiceClient

_SAYS = {"X-Client": "gateway"}


class Payments:
    """`timeout_s` bounds each call. Raises the family of `kernel.errors`, as the billing system says."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 5) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="billing")

    async def link(self, token: str) -> dict[str, Any]:
        """What the holder of a link sees. Raises NotFound (`pay_link_not_found`)."""
        return dict(await self._http.get(f"/v1/pay-links/{quote(token, safe='')}", headers=_SAYS))

    async def pay_in_sandbox(self, token: str) -> dict[str, Any]:
        """The sandbox's button. Raises NotFound, Conflict (`pay_link_over`)."""
        return dict(await self._http.post(f"/v1/pay-links/{quote(token, safe='')}/sandbox-payment", headers=_SAYS))

    async def notify(self, provider: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
        """A provider's notification, untouched; the answer it wants to hear."""
        return await self._http.post_raw(
            f"/v1/payments/notifications/{quote(provider, safe='')}", body, headers={**headers, **_SAYS}
        )

    async def aclose(self) -> None:
        await self._http.aclose()
