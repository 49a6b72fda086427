"""Publishing processes, stamping orders with theirs, and holding back what has none in use."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.processes import book
from backends.ticketing.processes.errors import ChecklistIncomplete, ProcessNotFound, ProcessNotPublished
from backends.ticketing.processes.models import Publication
from backends.ticketing.work_orders.acts import Act, moment
from backends.ticketing.work_orders.models import WorkOrder

# What has to be ready before a process goes into use (service-catalogue S148: standards first).
CHECKLIST = {
    "standard_written": "工作标准已写成",
    "roles_named": "每一步有责任岗位",
    "promises_set": "每一步有时限",
    "people_trained": "人员已培训",
    "approved": "主管已批准",
}
_SENDS = frozenset({"dispatch", "assign", "check_materials", "call_back"})


async def published(session: AsyncSession, today: date) -> frozenset[str]:
    """Codes of the versions in use."""
    newest = sa.select(Publication).distinct(Publication.code).order_by(Publication.code, Publication.id.desc())
    decided = {row.code: row.is_published for row in (await session.execute(newest)).scalars()}
    by_date = {t.code: t.published_on is not None and t.published_on <= today for t in book.templates()}
    return frozenset(code for code, is_in_use in (by_date | decided).items() if is_in_use)


async def of_order(
    session: AsyncSession, order_type: str, category: str | None, user_kind: str | None
) -> book.Template | None:
    """The process a new order follows."""
    in_use = await published(session, moment().date())
    return book.choose(book.templates(), order_type, category, user_kind, in_use)


def is_danger(order: WorkOrder) -> bool:
    return order.order_type == "fault_report" and order.details["hazard_kind"] != "none"


async def may_be_sent(session: AsyncSession, order: WorkOrder) -> bool:
    """Whether anybody may be sent: danger to life always, the rest by a process in use."""
    if order.process is None or is_danger(order):
        return True
    return order.process in await published(session, moment().date())


async def check(session: AsyncSession, order: WorkOrder, act: Act) -> None:
    """Raises ProcessNotPublished for a first step along a process that is not in use."""
    if act.event in _SENDS and not await may_be_sent(session, order):
        raise ProcessNotPublished(f"{order.process} is not in use")


async def decide(session: AsyncSession, code: str, *, publish: bool, told: dict[str, Any], actor: str) -> Publication:
    """Put a version into use or take it out.

    Raises:
        ProcessNotFound. ChecklistIncomplete: something is not ready yet.
    """
    if book.named(code) is None:
        raise ProcessNotFound(code)
    missing = [name for name in CHECKLIST if not told["checklist"].get(name)]
    if publish and missing:
        raise ChecklistIncomplete("not ready: " + ", ".join(missing))
    row = Publication(
        code=code,
        is_published=publish,
        checklist=told["checklist"],
        reason=told.get("reason"),
        actor=actor,
        at=moment(),
    )
    session.add(row)
    await session.flush()
    return row


async def history(session: AsyncSession) -> list[Publication]:
    return list((await session.execute(sa.select(Publication).order_by(Publication.id))).scalars())
