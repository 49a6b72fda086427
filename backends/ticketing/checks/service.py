"""Writing a sheet, and closing what it found."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.checks.checklists import Checklist, checklists
from backends.ticketing.checks.errors import AlreadyMended, ChecklistNotFound, FindingNotFound
from backends.ticketing.checks.models import CheckSheet, Finding
from backends.ticketing.checks.schemas import Mended, NewSheet
from backends.ticketing.errors import BadField
from backends.ticketing.work_orders.acts import moment
from kernel import ids


async def write(session: AsyncSession, new: NewSheet) -> CheckSheet:
    """Keep a sheet as it was signed.

    Raises:
        ChecklistNotFound. BadField: an item is missing, twice or unknown; too few people signed.
    """
    checklist = checklists().get(new.checklist)
    if checklist is None:
        raise ChecklistNotFound(new.checklist)
    _check(checklist, new)
    results = {one.item: one.result for one in new.results}
    sheet = CheckSheet(
        sheet_no=ids.new_id("JC"), checklist=checklist.code, subject=new.subject, order_no=new.order_no,
        checked_by=list(new.checked_by), results=results, score=checklist.score(results), at=moment(),
    )  # fmt: skip
    session.add(sheet)
    await session.flush()
    aspects = {item.code: item.aspect for item in checklist.items}
    for one in new.results:
        if one.result == "fail":
            session.add(
                Finding(
                    sheet_no=sheet.sheet_no, item=one.item, aspect=aspects[one.item], note=one.note,
                    mend_by=one.mend_by,
                )
            )  # fmt: skip
    await session.flush()
    return sheet


def _check(checklist: Checklist, new: NewSheet) -> None:
    told = [one.item for one in new.results]
    wanted = sorted(item.code for item in checklist.items)
    if checklist.unknown(told) or sorted(told) != wanted:
        raise BadField("results", f"every item once: {', '.join(wanted)}")
    if len(set(new.checked_by)) < checklist.people:
        raise BadField("checked_by", f"{checklist.people} people sign this sheet")


async def findings(session: AsyncSession, sheet_nos: Sequence[str]) -> Sequence[Finding]:
    query = sa.select(Finding).where(Finding.sheet_no.in_(sheet_nos)).order_by(Finding.id)
    return (await session.execute(query)).scalars().all()


async def open_findings(session: AsyncSession, subject: str) -> Sequence[Finding]:
    """What is still not in order at a hall or about a piece of equipment."""
    query = sa.select(Finding).join(CheckSheet, CheckSheet.sheet_no == Finding.sheet_no)
    query = query.where(CheckSheet.subject == subject, Finding.mended_at.is_(None)).order_by(Finding.mend_by)
    return (await session.execute(query)).scalars().all()


async def mend(session: AsyncSession, sheet_no: str, item: str, told: Mended) -> Finding:
    """Somebody looked again and it is in order. Raises FindingNotFound, AlreadyMended."""
    query = sa.select(Finding).where(Finding.sheet_no == sheet_no, Finding.item == item).with_for_update()
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise FindingNotFound(f"{sheet_no}/{item}")
    if found.mended_at is not None:
        raise AlreadyMended(item)
    found.mended_at, found.mended_note, found.seen_by = moment(), told.note, told.seen_by
    await session.flush()
    return found


async def sheets_of(session: AsyncSession, subject: str, limit: int) -> Sequence[CheckSheet]:
    query = sa.select(CheckSheet).where(CheckSheet.subject == subject).order_by(CheckSheet.at.desc()).limit(limit)
    return (await session.execute(query)).scalars().all()
