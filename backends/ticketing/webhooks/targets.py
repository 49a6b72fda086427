"""Where a webhook may go: to public addresses over https, whatever its name resolves to at that moment. In sample mode
also to this machine, so that it can be tried."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from backends.ticketing.errors import BadField

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_url(url: str, *, may_be_here: bool) -> None:
    """Raises BadField."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if may_be_here and host in _LOOPBACK and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https" or not host or parts.username or parts.password:
        raise BadField("url", "an https address without a log-in in it is wanted")
    if _is_literal(host) and not _is_public(host):
        raise BadField("url", "a public address is wanted")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address).is_global


class PublicOnly(AbstractResolver):
    """Names that lead into a private network lead nowhere, also when they did not a minute ago."""

    def __init__(self, *, may_be_here: bool) -> None:
        self._may_be_here, self._names = may_be_here, ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError when nothing that may be called is left."""
        found = await self._names.resolve(host, port, family)
        allowed = [one for one in found if self._may(one)]
        if not allowed:
            raise OSError(f"{host} has no public address")
        return allowed

    def _may(self, one: Any) -> bool:
        return (self._may_be_here and one["host"] in _LOOPBACK) or _is_public(one["host"])

    async def close(self) -> None:
        await self._names.close()
