"""`Ticketing` over the REST of docs/architecture.md."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

from clients.ticketing import wire
from clients.ticketing.protocol import (
    Consult,
    FaultReport,
    IdentityProof,
    Order,
    Outage,
    Place,
    Rated,
    Reopened,
    Subscription,
    Urge,
)
from kernel.errors import NotFound, TimedOut, Unavailable
from kit.http import ServiceClient

LOOK_UP_S = 0.8  # a lost answer (2 s) and its look-up still fit into an action's 3 s


class HttpTicketing:
    """See `clients.ticketing.protocol.Ticketing`. `timeout_s` bounds each call (design: 2 s); `client` is the program
    that calls, for the record and for the roles it may speak for (docs/adr/0050)."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 2, client: str | None = None) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="ticketing")
        self._says = {"X-Client": client} if client else {}

    async def open_fault_report(self, report: FaultReport, *, key: str) -> Order:
        return await self._file("fault_report", asdict(report), key)

    async def open_consult(self, consult: Consult, *, key: str) -> Order:
        return await self._file("consult", asdict(consult), key)

    async def open_order(self, order_type: str, fields: Mapping[str, Any], *, key: str) -> Order:
        return await self._file(order_type, fields, key)

    async def _file(self, order_type: str, fields: Mapping[str, Any], key: str) -> Order:
        body = {"order_type": order_type, **wire.jsonable(fields)}
        try:
            return wire.order(await self._http.post("/v1/work-orders", json=body, key=key))
        except TimedOut:
            found = await self._look_up(key)
            if found is None:
                raise
            return found

    async def _look_up(self, key: str) -> Order | None:
        """One look whether a write whose answer was lost has happened; None when not, or nobody can say."""
        try:
            async with asyncio.timeout(LOOK_UP_S):
                return await self.find_by_key(key)
        except (Unavailable, TimeoutError):
            return None

    async def find_by_key(self, key: str) -> Order | None:
        try:
            return wire.order(await self._http.get(f"/v1/work-orders/by-key/{quote(key, safe='')}"))
        except NotFound:
            return None

    async def get_order(
        self, order_no: str, *, phone_last4: str | None = None, identity: IdentityProof | None = None
    ) -> Order:
        path = f"/v1/work-orders/{quote(order_no, safe='')}"
        answer = await self._http.get(path, params={"phone_last4": phone_last4}, headers=wire.proof(identity))
        return wire.order(answer)

    async def list_orders(
        self,
        *,
        account_no: str | None = None,
        contact_phone: str | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        open_only: bool = False,
        order_type: str | None = None,
        limit: int = 5,
    ) -> Sequence[Order]:
        params = {
            "account_no": account_no,
            "contact_phone": contact_phone,
            "phone_last4": phone_last4,
            "open": "true" if open_only else None,
            "order_type": order_type,
            "limit": limit,
        }
        answer = await self._http.get("/v1/work-orders", params=params, headers=wire.proof(identity))
        return wire.many(wire.order, answer)

    async def staff_order(self, order_no: str) -> Mapping[str, Any]:
        answer = await self._http.get(f"/v1/work-orders/{quote(order_no, safe='')}", headers={"X-View": "staff"})
        return wire.record(answer)

    async def act(
        self,
        order_no: str,
        event: str,
        *,
        key: str,
        role: str,
        actor: str,
        reason: str | None = None,
        data: Mapping[str, Any] | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
    ) -> Order:
        body = {
            "event": event,
            "role": role,
            "actor": actor,
            "reason": reason,
            "data": wire.jsonable(data or {}),
            "phone_last4": phone_last4,
        }
        path = f"/v1/work-orders/{quote(order_no, safe='')}/events"
        return wire.order(await self._post(path, body, key, identity))

    async def _post(self, path: str, body: Mapping[str, Any], key: str, identity: IdentityProof | None) -> Any:
        return await self._http.post(path, json=body, key=key, headers={**self._says, **wire.proof(identity)})

    async def urge(
        self,
        order_no: str,
        *,
        key: str,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        reason: str = "asking",
        note: str | None = None,
        hazard_kind: str = "none",
        is_life_support: bool = False,
    ) -> Urge:
        body = {
            "reason": reason,
            "worse_note": note,
            "phone_last4": phone_last4,
            "hazard_kind": hazard_kind,
            "is_life_support": is_life_support,
        }
        path = f"/v1/work-orders/{quote(order_no, safe='')}/urges"
        return wire.urge(await self._post(path, body, key, identity))

    async def reopen(
        self,
        order_no: str,
        *,
        key: str,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        reason: str | None = None,
    ) -> Reopened:
        path = f"/v1/work-orders/{quote(order_no, safe='')}/reopenings"
        return wire.reopened(await self._post(path, {"reason": reason, "phone_last4": phone_last4}, key, identity))

    async def rate(
        self,
        order_no: str,
        score: int,
        *,
        key: str,
        is_solved: str | None = None,
        words: str | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
    ) -> Rated:
        body = {"score": score, "is_solved": is_solved, "words": words, "phone_last4": phone_last4}
        path = f"/v1/work-orders/{quote(order_no, safe='')}/ratings"
        return wire.rated(await self._post(path, body, key, identity))

    async def outages(
        self,
        *,
        q: str | None = None,
        community: str | None = None,
        transformer_area: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Outage]:
        params = {
            "q": q,
            "community": community,
            "transformer_area": transformer_area,
            "kind": kind,
            "from": since.isoformat() if since else None,
            "to": until.isoformat() if until else None,
        }
        return wire.many(wire.outage, await self._http.get("/v1/outages", params=params))

    async def places(self, q: str, *, limit: int = 5) -> Sequence[Place]:
        return wire.many(wire.place, await self._http.get("/v1/places", params={"q": q, "limit": limit}))

    async def subscribe(self, outage_no: str, phone: str, *, key: str, channel: str = "sms") -> Subscription:
        path = f"/v1/outages/{quote(outage_no, safe='')}/subscriptions"
        return wire.subscription(await self._http.post(path, json={"phone": phone, "channel": channel}, key=key))

    async def whistle_blow_progress(self, query_code: str) -> Mapping[str, Any]:
        return wire.record(await self._http.get(f"/v1/work-orders/by-code/{quote(query_code, safe='')}"))

    async def aclose(self) -> None:
        await self._http.aclose()
