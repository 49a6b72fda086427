"""The store of the knowledge: PostgreSQL holds it, each process keeps an index over it in memory.

Every search asks for the store's revision (one row); when it was raised, by whichever process, the index is made anew
before the question is answered: about a tenth of a second, and the vectors of the new wordings.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from clients.knowledge.entries import check, entry_of, json_of
from clients.knowledge.errors import EntryNotFound, UnansweredNotFound, VersionConflict
from clients.knowledge.masked import masked, unanswered_id
from clients.knowledge.protocol import Audience, Change, Entry, Found, Review, Unanswered, UnansweredState, Version
from clients.knowledge.reviews import Rated, due
from clients.knowledge.search.vectors import VectorStore
from clients.knowledge.searching import Searcher, texts_of
from clients.knowledge.topics import next_review
from clients.knowledge.wire import unanswered_json, unanswered_of
from gateway.knowledge import repository
from gateway.knowledge.models import EntryRow, UnansweredRow, idempotency_keys
from kernel import clock
from kernel.errors import Unavailable
from kit import idempotency, logging
from kit.db import Database

AT_ONCE = 40  # texts whose vectors are computed before a search is answered; more are computed behind its back
SEEDER = "seed"
log = logging.get("gateway.knowledge")
Write = Callable[[AsyncSession], Awaitable[dict[str, Any]]]


class StoredKnowledge:
    """See `clients.knowledge.protocol.Knowledge`; one a process, `aclose` at its end."""

    def __init__(self, database: Database, vectors: VectorStore) -> None:
        self._db = database
        self._vectors = vectors
        self._searcher = Searcher([], vectors)
        self._revision: int | None = None
        self._refreshing = asyncio.Lock()
        self._learning: asyncio.Task[None] | None = None

    async def aclose(self) -> None:
        if self._learning is not None:
            self._learning.cancel()

    # ── searching ──

    async def search(
        self, question: str, *, limit: int = 3, on: date | None = None, audience: Audience = "customer"
    ) -> Found:
        searcher = await self._fresh()
        day = on or clock.today()
        return await asyncio.to_thread(searcher.search, question, limit=limit, on=day, audience=audience)

    async def warm_up(self) -> None:
        """Make the index ready before the first question."""
        await self._fresh()
        await asyncio.to_thread(self._searcher.search, "电费", limit=1, on=clock.today(), audience="customer")

    async def _fresh(self) -> Searcher:
        """The index of the store's present revision; the last known one while the database is away."""
        try:
            async with self._db.reading() as session:
                number = await repository.revision(session)
            if number != self._revision:
                await self._refresh()
        except Unavailable:
            if self._revision is None:
                raise
            log.warning("the store is away, answering from memory", revision=self._revision)
        return self._searcher

    async def _refresh(self) -> None:
        async with self._refreshing:
            async with self._db.reading() as session:
                number = await repository.revision(session)
                if number == self._revision:
                    return
                entries = [repository.entry_from(row) for row in await repository.entries(session)]
            await self._index(entries)
            self._revision = number

    async def _index(self, entries: Sequence[Entry]) -> None:
        missing = self._vectors.missing(texts_of(entries))
        if len(missing) <= AT_ONCE:
            await asyncio.to_thread(self._vectors.learn, missing)
        elif self._learning is None or self._learning.done():
            self._learning = asyncio.create_task(self._learn_behind(missing))
        self._searcher = await asyncio.to_thread(Searcher, entries, self._vectors)

    async def _learn_behind(self, texts: Sequence[str]) -> None:
        """Until then these wordings are compared by their signs."""
        if await asyncio.to_thread(self._vectors.learn, texts):
            entries = list(self._searcher.entries.values())
            self._searcher = await asyncio.to_thread(Searcher, entries, self._vectors)

    # ── keeping ──

    async def entry(self, entry_id: str) -> Entry:
        async with self._db.reading() as session:
            return repository.entry_from(await _known(session, entry_id))

    async def put(self, entry: Entry, *, change: Change, key: str) -> Entry:
        async def run(session: AsyncSession) -> dict[str, Any]:
            return json_of(await _put(session, entry, change))

        return entry_of(await self._once(key, ["put", json_of(entry), vars(change)], run))

    async def expire(self, entry_id: str, *, last_day: date, change: Change, key: str) -> Entry:
        async def run(session: AsyncSession) -> dict[str, Any]:
            known = repository.entry_from(await _known(session, entry_id))
            return json_of(await _put(session, replace(known, valid_to=last_day, version=0), change))

        return entry_of(await self._once(key, ["expire", entry_id, last_day, vars(change)], run))

    async def versions(self, entry_id: str) -> Sequence[Version]:
        async with self._db.reading() as session:
            await _known(session, entry_id)
            rows = await repository.versions(session, entry_id)
            return [Version(entry_of(row.content), row.changed_by, row.reason, row.changed_at) for row in rows]

    async def rate(self, entry_id: str, *, is_useful: bool, key: str) -> None:
        async def run(session: AsyncSession) -> dict[str, Any]:
            await repository.rate(session, await _known(session, entry_id), is_useful=is_useful, at=clock.now())
            return {}

        await self._once(key, ["rate", entry_id, is_useful], run)

    # ── what nobody could answer, what is due ──

    async def note_unanswered(self, question: str, *, key: str) -> Unanswered:
        kept = masked(question)

        async def run(session: AsyncSession) -> dict[str, Any]:
            row = await repository.note_unanswered(session, unanswered_id(kept), kept, clock.now())
            return unanswered_json(_unanswered(row))

        return unanswered_of(await self._once(key, ["unanswered", kept], run))

    async def unanswered(self, *, state: UnansweredState = "open", limit: int = 50) -> Sequence[Unanswered]:
        async with self._db.reading() as session:
            return [_unanswered(row) for row in await repository.unanswered(session, state=state, limit=limit)]

    async def settle_unanswered(self, unanswered_id: str, *, state: UnansweredState, key: str) -> Unanswered:
        async def run(session: AsyncSession) -> dict[str, Any]:
            row = await repository.one_unanswered(session, unanswered_id)
            if row is None:
                raise UnansweredNotFound(unanswered_id)
            row.state = state
            return unanswered_json(_unanswered(row))

        return unanswered_of(await self._once(key, ["settle", unanswered_id, state], run))

    async def due_for_review(self, *, owner: str | None = None, within_days: int = 15) -> Sequence[Review]:
        async with self._db.reading() as session:
            entries = [repository.entry_from(row) for row in await repository.entries(session)]
            rated = {entry_id: Rated.of(marks) for entry_id, marks in (await repository.marks(session)).items()}
        today = clock.today()
        return due(entries, rated, owner=owner, today=today, until=today + timedelta(days=within_days))

    async def _once(self, key: str, request: Any, write: Write) -> dict[str, Any]:
        async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
            return 200, await write(session)

        async with self._db.transaction() as session:
            _, body = await idempotency.once(session, idempotency_keys, key, request, lambda: run(session))
        return body


async def _known(session: AsyncSession, entry_id: str) -> EntryRow:
    row = await repository.entry(session, entry_id)
    if row is None:
        raise EntryNotFound(f"no entry {entry_id}")
    return row


def _unanswered(row: UnansweredRow) -> Unanswered:
    return Unanswered(row.id, row.question, row.asked, row.last_asked_at, row.state)  # type: ignore[arg-type]


async def _put(session: AsyncSession, entry: Entry, change: Change) -> Entry:
    await repository.raise_revision(session)  # first: changes wait for each other here
    known = {row.id: repository.entry_from(row) for row in await repository.entries(session)}
    present = known[entry.id].version if entry.id in known else 0
    if entry.version not in (0, present):
        raise VersionConflict(f"{entry.id} is at version {present}")
    check(entry, others=known.values())
    review_by = entry.review_by or next_review(entry.topic, after=clock.today())
    kept = replace(entry, version=present + 1, review_by=review_by)
    await repository.keep(session, kept, change=change, at=clock.now(), seed_hash=None)
    return kept


async def seed(session: AsyncSession, packaged: Iterable[Entry]) -> int:
    """Put in the packaged entries that are new or were changed in the package; one that a keeper edited stays as it
    is. Returns how many were written."""
    rows = {row.id: row for row in await repository.entries(session)}
    stale = [(entry, _hash(entry)) for entry in packaged]
    stale = [(entry, digest) for entry, digest in stale if _may_seed(rows.get(entry.id), digest)]
    if stale:
        await repository.raise_revision(session)
    for entry, digest in stale:
        version = rows[entry.id].version + 1 if entry.id in rows else 1
        change = Change(SEEDER, "packaged with the release")
        await repository.keep(session, replace(entry, version=version), change=change, at=clock.now(), seed_hash=digest)
    return len(stale)


def _may_seed(row: EntryRow | None, digest: str) -> bool:
    return row is None or (row.seed_hash is not None and row.seed_hash != digest)


def _hash(entry: Entry) -> str:
    """Of what the package says; the day of the next review moves by itself."""
    said = {name: value for name, value in json_of(entry).items() if name not in ("review_by", "version")}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
