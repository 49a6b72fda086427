"""Every query on the knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from clients.knowledge.entries import entry_of, json_of
from clients.knowledge.protocol import Change, Entry
from gateway.knowledge.models import EntryRow, RatingRow, Revision, UnansweredRow, VersionRow

_LISTS = ("variants", "paraphrases", "related")
_FIELDS = tuple(json_of(Entry("", "", "", "", "")))


def entry_from(row: EntryRow) -> Entry:
    return entry_of({name: getattr(row, name) for name in _FIELDS})


async def revision(session: AsyncSession) -> int:
    return (await session.execute(sa.select(Revision.number))).scalar_one()


async def raise_revision(session: AsyncSession) -> None:
    """Also lets one change of entries after the other: the row stays locked until the end of the transaction."""
    await session.execute(sa.update(Revision).values(number=Revision.number + 1))


async def entries(session: AsyncSession) -> Sequence[EntryRow]:
    return (await session.execute(sa.select(EntryRow).order_by(EntryRow.id))).scalars().all()


async def entry(session: AsyncSession, entry_id: str) -> EntryRow | None:
    return await session.get(EntryRow, entry_id)


async def keep(session: AsyncSession, kept: Entry, *, change: Change, at: datetime, seed_hash: str | None) -> None:
    """Write an entry and its version."""
    values = {name: getattr(kept, name) for name in _FIELDS}
    values |= {name: list(values[name]) for name in _LISTS}
    values |= {"changed_at": at, "seed_hash": seed_hash}
    written = insert(EntryRow).values(values)
    await session.execute(written.on_conflict_do_update(index_elements=["id"], set_=values))
    version = VersionRow(
        entry_id=kept.id,
        version=kept.version,
        content=json_of(kept),
        changed_by=change.by,
        reason=change.reason,
        changed_at=at,
    )
    session.add(version)
    await session.flush()


async def versions(session: AsyncSession, entry_id: str) -> Sequence[VersionRow]:
    """Newest first."""
    found = sa.select(VersionRow).where(VersionRow.entry_id == entry_id).order_by(VersionRow.version.desc())
    return (await session.execute(found)).scalars().all()


async def rate(session: AsyncSession, entry: EntryRow, *, is_useful: bool, at: datetime) -> None:
    session.add(RatingRow(entry_id=entry.id, version=entry.version, is_useful=is_useful, rated_at=at))
    await session.flush()


async def marks(session: AsyncSession) -> Mapping[str, list[bool]]:
    """Per entry, of its present version, oldest first."""
    present = sa.and_(RatingRow.entry_id == EntryRow.id, RatingRow.version == EntryRow.version)
    query = sa.select(RatingRow.entry_id, RatingRow.is_useful).join(EntryRow, present).order_by(RatingRow.id)
    found: dict[str, list[bool]] = {}
    for entry_id, is_useful in await session.execute(query):
        found.setdefault(entry_id, []).append(is_useful)
    return found


async def note_unanswered(session: AsyncSession, number: str, question: str, at: datetime) -> UnansweredRow:
    """Count it; one that was dismissed or answered is open again when it is asked again."""
    new = insert(UnansweredRow).values(id=number, question=question, asked=1, last_asked_at=at, state="open")
    again: dict[str, Any] = {"asked": UnansweredRow.asked + 1, "last_asked_at": at, "state": "open"}
    kept = new.on_conflict_do_update(index_elements=["id"], set_=again).returning(UnansweredRow)
    options = {"populate_existing": True}
    return (await session.execute(kept, execution_options=options)).scalar_one()


async def unanswered(session: AsyncSession, *, state: str, limit: int) -> Sequence[UnansweredRow]:
    """The most asked first."""
    query = sa.select(UnansweredRow).where(UnansweredRow.state == state)
    query = query.order_by(UnansweredRow.asked.desc(), UnansweredRow.id).limit(limit)
    return (await session.execute(query)).scalars().all()


async def one_unanswered(session: AsyncSession, number: str) -> UnansweredRow | None:
    return await session.get(UnansweredRow, number, with_for_update=True)
