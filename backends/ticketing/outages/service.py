"""The rules of outages: declaring, moving, what a restoration means for members and subscribers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments, numbering
from backends.ticketing.errors import BadField, EventNotAllowed, GuardFailed, OutageNotFound, RoleNotAllowed
from backends.ticketing.happenings import OutageHappened, tell
from backends.ticketing.machine import FINAL
from backends.ticketing.outages import repository, schemas
from backends.ticketing.outages.machine import OUTAGE
from backends.ticketing.outages.models import Outage, OutageEvent
from backends.ticketing.places import service as places
from backends.ticketing.work_orders import repository as order_repository
from backends.ticketing.work_orders import service as orders
from backends.ticketing.work_orders.service import moment

AHEAD = timedelta(days=7)  # how far a question without dates looks


@dataclass(frozen=True)
class Question:
    q: str | None = None
    community: str | None = None
    transformer_area: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 20


async def ask(session: AsyncSession, question: Question) -> tuple[list[Outage], dict[str, Any] | None, Outage | None]:
    """Outages that answer the question, running first; the place it was understood to be about; the last row when
    there are more. Text that names no known place finds nothing."""
    now = moment()
    since = question.since or now
    until = question.until or max(since, now) + AHEAD
    match = next(iter(await places.find(session, question.q, limit=1)), None) if question.q else None
    named = [match.place.name] if match else []
    named += [question.community] if question.community else []
    if question.q and not named:
        return [], None, None
    wanted = repository.Wanted(
        since,
        until,
        now,
        tuple(named) or None,
        question.transformer_area,
        question.kind,
        question.after,
        question.limit,
    )
    rows = list(await repository.page(session, wanted))
    last = rows[question.limit - 1] if len(rows) > question.limit else None
    building = match.building if match else None
    kept = [row for row in rows[: question.limit] if covers(row, building)]
    kept.sort(key=lambda row: schemas.effective_status(row) == "planned")
    return kept, places.view(match) if match else None, last


def covers(outage: Outage, building: int | None) -> bool:
    """Whether this building is in it; unknown building or no ranges: yes."""
    return building is None or not outage.buildings or any(a <= building <= b for a, b in outage.buildings)


async def declare(session: AsyncSession, new: schemas.NewOutage) -> Outage:
    """Raises BadField when a planned outage has no times, or they run backwards."""
    if new.outage_kind != "fault" and not (new.off_at and new.on_at):
        raise BadField("off_at", "a planned outage needs off_at and on_at")
    if new.off_at and new.on_at and new.on_at <= new.off_at:
        raise BadField("on_at", "must be after off_at")
    now = moment()
    site = await places.locate(session, address=new.community)
    reported = new.first_reported_at or new.off_at or now
    outage = Outage(
        outage_no="",
        outage_kind=new.outage_kind,
        status="planned" if new.outage_kind != "fault" else "suspected" if new.is_suspected else "declared",
        priority=3,
        community=site.community or new.community,
        district=site.district,
        transformer_areas=new.transformer_areas or ([site.transformer_area] if site.transformer_area else []),
        buildings=[list(pair) for pair in new.buildings],
        area_kind=site.area_kind,
        reason_public=new.reason_public,
        affected_count=new.affected_count,
        declared_by="dispatcher" if new.outage_kind == "fault" else "planned_calendar",
        crew_team=new.crew_team or site.crew,
        first_reported_at=reported,
        registered_at=now,
        on_site_by=commitments.due("on_site", reported, site.area_kind),
        off_at=new.off_at,
        on_at=new.on_at,
        eta_restore_at=new.eta_restore_at,
        eta_updated_at=now if new.eta_restore_at else None,
        eta_confidence=new.eta_confidence or ("medium" if new.eta_restore_at else None),
    )
    return await open_outage(session, outage, role="dispatcher", actor=new.actor)


async def open_outage(session: AsyncSession, outage: Outage, *, role: str, actor: str) -> Outage:
    """Give it a number and its first event, and tell of it."""
    outage.outage_no = await numbering.next_number(session, "outage", moment().date())
    session.add(outage)
    await session.flush()  # before its first event, which refers to it
    session.add(_event(outage, "declare", role, actor, None, None, {}))
    await session.flush()
    await tell(session, OutageHappened(outage, "declare", role, actor))
    return outage


async def get(session: AsyncSession, outage_no: str, *, lock: bool = False) -> Outage:
    outage = await repository.get(session, outage_no, lock=lock)
    if outage is None:
        raise OutageNotFound(outage_no)
    return outage


async def move(session: AsyncSession, outage: Outage, act: schemas.OutageAct) -> Outage:
    """One event of a locked outage. Raises EventNotAllowed, RoleNotAllowed, GuardFailed."""
    rows = OUTAGE.rows(outage.status, act.event)
    if not rows:
        raise EventNotAllowed(
            f"{act.event} is not possible in state {outage.status}", possible=OUTAGE.possible(outage.status)
        )
    row = rows[0]
    if not row.allows(act.role):
        raise RoleNotAllowed(f"{act.role} may not do {act.event}")
    if row.needs_reason and not act.reason:
        raise GuardFailed("a reason is needed")
    given = act.data.model_dump(exclude_none=True)
    missing = [name for name in row.needs if name not in given]
    if missing:
        raise GuardFailed(f"needs {', '.join(missing)}")
    before = outage.status
    if act.event == "all_members_final":
        await _require_members_final(session, outage)
    for name, value in given.items():
        setattr(outage, name, value)
    if outage.off_at and outage.on_at and outage.on_at <= outage.off_at:
        raise BadField("data.on_at", "must be after off_at")
    outage.status = row.to
    session.add(
        _event(
            outage,
            act.event,
            act.role,
            act.actor,
            before,
            act.reason,
            act.data.model_dump(mode="json", exclude_none=True),
        )
    )
    await session.flush()
    await _follow(session, outage, act.event, given)
    await tell(session, OutageHappened(outage, act.event, act.role, act.actor, before, act.reason, given))
    return outage


async def _follow(session: AsyncSession, outage: Outage, event: str, given: dict[str, Any]) -> None:
    """What an event brings with it."""
    now = moment()
    if "eta_restore_at" in given:
        outage.eta_updated_at = now
        outage.eta_confidence = given.get("eta_confidence") or outage.eta_confidence or "medium"
        for order in await order_repository.members(session, outage.outage_no, statuses=("merged",)):
            order.details = {**order.details, "eta_restore_at": given["eta_restore_at"].isoformat()}
    if event == "arrive":
        outage.on_site_at = now
    if event == "restore":
        outage.restored_at = outage.restored_at or now
        await _restore_members(session, outage)
        await repository.mark_due(session, outage.outage_no, now)
    if event == "majority_no":
        outage.restored_at = None
    if outage.status in FINAL:
        outage.closed_at = now
    await session.flush()


async def _restore_members(session: AsyncSession, outage: Outage) -> None:
    """Power for the area is not yet power for each member: every one is asked (6.4)."""
    act = orders.Act("parent_restored", "system", "ticketing", reason=outage.outage_no)
    for order in await order_repository.members(session, outage.outage_no, statuses=("merged",)):
        await orders.move(session, order, act)


async def _require_members_final(session: AsyncSession, outage: Outage) -> None:
    open_ones = await order_repository.members(
        session, outage.outage_no, statuses=("merged", "awaiting_confirm", "split")
    )
    if open_ones:
        raise GuardFailed(f"{len(open_ones)} members are still open")


def _event(
    outage: Outage, event: str, role: str, actor: str, before: str | None, reason: str | None, data: dict[str, Any]
) -> OutageEvent:
    return OutageEvent(
        outage_no=outage.outage_no,
        at=moment(),
        actor=actor,
        role=role,
        event=event,
        from_status=before,
        to_status=outage.status,
        reason=reason,
        data=data,
    )
