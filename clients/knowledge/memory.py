"""Knowledge in the process, with the same rules and the same search as the store; for tests and experiments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from clients.knowledge.entries import check
from clients.knowledge.errors import EntryNotFound, UnansweredNotFound, VersionConflict
from clients.knowledge.masked import masked, unanswered_id
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
from clients.knowledge.reviews import Rated, due
from clients.knowledge.search.vectors import VectorStore, signs_only
from clients.knowledge.searching import Searcher, texts_of
from clients.knowledge.topics import next_review
from kernel import clock
from kernel.errors import Conflict

T = TypeVar("T")


class MemoryKnowledge:
    """See `clients.knowledge.protocol.Knowledge`.

    Args:
        vectors: sentence vectors to search with; left out, signs alone are compared (no model is loaded).
    """

    def __init__(self, entries: Iterable[Entry], vectors: VectorStore | None = None) -> None:
        self._vectors = vectors or signs_only()
        self._searcher = Searcher(entries, self._vectors)
        self._versions: dict[str, list[Version]] = {}
        self._ratings: dict[str, list[bool]] = {}
        self._unanswered: dict[str, Unanswered] = {}
        self._done: dict[str, tuple[Any, Any]] = {}

    async def search(
        self, question: str, *, limit: int = 3, on: date | None = None, audience: Audience = "customer"
    ) -> Found:
        day = on or clock.today()
        return await asyncio.to_thread(self._searcher.search, question, limit=limit, on=day, audience=audience)

    async def entry(self, entry_id: str) -> Entry:
        found = self._searcher.entries.get(entry_id)
        if found is None:
            raise EntryNotFound(f"no entry {entry_id}")
        return found

    async def put(self, entry: Entry, *, change: Change, key: str) -> Entry:
        return self._once(key, (entry, change), lambda: self._put(entry, change))

    def _put(self, entry: Entry, change: Change) -> Entry:
        known = self._searcher.entries
        present = known[entry.id].version if entry.id in known else 0
        if entry.version not in (0, present):
            raise VersionConflict(f"{entry.id} is at version {present}")
        check(entry, others=known.values())
        kept = replace(
            entry,
            version=present + 1,
            review_by=entry.review_by or next_review(entry.topic, after=clock.today()),
        )
        self._vectors.learn(texts_of([kept]))
        self._searcher = Searcher({**known, kept.id: kept}.values(), self._vectors)
        self._versions.setdefault(kept.id, []).insert(0, Version(kept, change.by, change.reason, clock.now()))
        self._ratings.pop(kept.id, None)
        return kept

    async def expire(self, entry_id: str, *, last_day: date, change: Change, key: str) -> Entry:
        ended = replace(await self.entry(entry_id), valid_to=last_day, version=0)
        return self._once(key, (entry_id, last_day, change), lambda: self._put(ended, change))

    async def versions(self, entry_id: str) -> Sequence[Version]:
        await self.entry(entry_id)
        return list(self._versions.get(entry_id, []))

    async def rate(self, entry_id: str, *, is_useful: bool, key: str) -> None:
        await self.entry(entry_id)
        self._once(key, (entry_id, is_useful), lambda: self._marks(entry_id).append(is_useful))

    def _marks(self, entry_id: str) -> list[bool]:
        return self._ratings.setdefault(entry_id, [])

    async def note_unanswered(self, question: str, *, key: str) -> Unanswered:
        return self._once(key, question, lambda: self._note(masked(question)))

    def _note(self, question: str) -> Unanswered:
        number = unanswered_id(question)
        before = self._unanswered.get(number)
        kept = Unanswered(number, question, (before.count if before else 0) + 1, clock.now())
        self._unanswered[number] = kept
        return kept

    async def unanswered(self, *, state: UnansweredState = "open", limit: int = 50) -> Sequence[Unanswered]:
        wanted = [one for one in self._unanswered.values() if one.state == state]
        return sorted(wanted, key=lambda one: (-one.count, one.id))[:limit]

    async def settle_unanswered(self, unanswered_id: str, *, state: UnansweredState, key: str) -> Unanswered:
        if unanswered_id not in self._unanswered:
            raise UnansweredNotFound(unanswered_id)
        settled = replace(self._unanswered[unanswered_id], state=state)
        self._unanswered[unanswered_id] = settled
        return settled

    async def due_for_review(self, *, owner: str | None = None, within_days: int = 15) -> Sequence[Review]:
        rated = {entry_id: Rated.of(marks) for entry_id, marks in self._ratings.items()}
        until = clock.today() + timedelta(days=within_days)
        return due(self._searcher.entries.values(), rated, owner=owner, today=clock.today(), until=until)

    def _once(self, key: str, request: Any, run: Callable[[], T]) -> T:
        if key in self._done:
            asked, answer = self._done[key]
            if asked != request:
                raise Conflict("this key belongs to another request", code="idempotency_key_reused")
            return answer  # type: ignore[no-any-return]
        answer = run()
        self._done[key] = (request, answer)
        return answer
