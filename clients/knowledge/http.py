"""`Knowledge` over `/v1/knowledge` of the public port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from clients.knowledge import wire
from clients.knowledge.entries import entry_of, json_of
from clients.knowledge.protocol import (
    Audience,
    Change,
    Entry,
    Found,
    Review,
    Unanswered,
    UnansweredState,
    Version,
)
from kit.http import ServiceClient

_BASE = "/v1/knowledge"


class HttpKnowledge:
    """See `clients.knowledge.protocol.Knowledge`. `timeout_s` bounds each call (design: 2 s)."""

    def __init__(self, base_url: str, token: str, *, timeout_s: float = 2) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="knowledge")

    async def search(
        self, question: str, *, limit: int = 3, on: date | None = None, audience: Audience = "customer"
    ) -> Found:
        if not question.strip():
            return Found()
        params = {"q": question[:500], "limit": limit, "on": on.isoformat() if on else None, "audience": audience}
        return wire.found_of(await self._http.get(f"{_BASE}/search", params=params))

    async def entry(self, entry_id: str) -> Entry:
        return entry_of(await self._http.get(_entry(entry_id)))

    async def put(self, entry: Entry, *, change: Change, key: str) -> Entry:
        body = {**json_of(entry), "change": vars(change)}
        return entry_of(await self._http.put(_entry(entry.id), json=body, key=key))

    async def expire(self, entry_id: str, *, last_day: date, change: Change, key: str) -> Entry:
        body = {"last_day": last_day.isoformat(), "change": vars(change)}
        return entry_of(await self._http.post(f"{_entry(entry_id)}/expiry", json=body, key=key))

    async def versions(self, entry_id: str) -> Sequence[Version]:
        answer = await self._http.get(f"{_entry(entry_id)}/versions")
        return [wire.version_of(row) for row in answer["items"]]

    async def rate(self, entry_id: str, *, is_useful: bool, key: str) -> None:
        await self._http.post(f"{_entry(entry_id)}/ratings", json={"is_useful": is_useful}, key=key)

    async def note_unanswered(self, question: str, *, key: str) -> Unanswered:
        body = {"question": question[:500]}
        return wire.unanswered_of(await self._http.post(f"{_BASE}/unanswered", json=body, key=key))

    async def unanswered(self, *, state: UnansweredState = "open", limit: int = 50) -> Sequence[Unanswered]:
        answer = await self._http.get(f"{_BASE}/unanswered", params={"state": state, "limit": limit})
        return [wire.unanswered_of(row) for row in answer["items"]]

    async def settle_unanswered(self, unanswered_id: str, *, state: UnansweredState, key: str) -> Unanswered:
        path = f"{_BASE}/unanswered/{quote(unanswered_id, safe='')}"
        return wire.unanswered_of(await self._http.post(path, json={"state": state}, key=key))

    async def due_for_review(self, *, owner: str | None = None, within_days: int = 15) -> Sequence[Review]:
        params: dict[str, Any] = {"owner": owner, "within_days": within_days}
        answer = await self._http.get(f"{_BASE}/reviews", params=params)
        return [wire.review_of(row) for row in answer["items"]]

    async def aclose(self) -> None:
        await self._http.aclose()


def _entry(entry_id: str) -> str:
    return f"{_BASE}/entries/{quote(entry_id, safe='')}"
