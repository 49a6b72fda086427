"""The rules of outages: declaring them and letting one event happen. What follows from it is for the followers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import commitments, numbering
from backends.ticketing.errors import BadField, EventNotAllowed, GuardFailed, OutageNotFound, RoleNotAllowed
from backends.ticketing.happenings import OutageHappened, tell
from backends.ticketing.machine import FINAL, Rule
from backends.ticketing.outages import repository, schemas
from backends.ticketing.outages.machine import OUTAGE
from backends.ticketing.outages.models import Outage, OutageEvent
from backends.ticketing.places import service as places
from backends.ticketing.work_orders import repository as order_repository
from backends.ticketing.work_orders.service import moment


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
    await lock_areas(session, outage)
    return await open_outage(session, outage, role="dispatcher", actor=new.actor)


async def lock_areas(session: AsyncSession, outage: Outage) -> None:
    """Reports of these areas wait until we are done, or we until they are filed; before the number is taken."""
    names = outage.transformer_areas or [outage.community]
    await order_repository.lock_household(session, *(f"area:{name}" for name in names))


async def open_outage(session: AsyncSession, outage: Outage, *, role: str, actor: str) -> Outage:
    """Give it a number and its first event, and tell of it."""
    outage.outage_no = await numbering.next_number(session, "outage", moment().date())
    session.add(outage)
    await session.flush()  # before its first event, which refers to it
    session.add(_event(outage, "declare", role, actor, None, None, schemas.OutageData()))
    await session.flush()
    await tell(session, OutageHappened(outage, "declare", role, actor))
    return outage


async def get(session: AsyncSession, outage_no: str, *, lock: bool = False) -> Outage:
    outage = await repository.get(session, outage_no, lock=lock)
    if outage is None:
        raise OutageNotFound(outage_no)
    return outage


async def move(session: AsyncSession, outage: Outage, act: schemas.OutageAct) -> Outage:
    """One event of a locked outage. Raises EventNotAllowed, RoleNotAllowed, GuardFailed, BadField."""
    given = act.data.model_dump(exclude_none=True)
    row = _row(outage, act, given)
    if act.event == "all_members_final":
        await _require_members_final(session, outage)
    for name, value in given.items():
        setattr(outage, name, value)
    if outage.off_at and outage.on_at and outage.on_at <= outage.off_at:
        raise BadField("data.on_at", "must be after off_at")
    before, outage.status = outage.status, row.to
    _stamp(outage, act.event, given)
    session.add(_event(outage, act.event, act.role, act.actor, before, act.reason, act.data))
    await session.flush()
    await tell(session, OutageHappened(outage, act.event, act.role, act.actor, before, act.reason, given))
    return outage


async def move_by_system(
    session: AsyncSession, outage: Outage, event: str, *, reason: str | None = None, **data: Any
) -> Outage:
    given = schemas.OutageData.model_validate(data)
    return await move(
        session, outage, schemas.OutageAct(event=event, role="system", actor="ticketing", reason=reason, data=given)
    )


def _row(outage: Outage, act: schemas.OutageAct, given: dict[str, Any]) -> Rule:
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
    missing = [name for name in row.needs if name not in given]
    if missing:
        raise GuardFailed(f"needs {', '.join(missing)}")
    return row


async def _require_members_final(session: AsyncSession, outage: Outage) -> None:
    still_open = await repository.open_members(session, outage.outage_no)
    if still_open:
        raise GuardFailed(f"{still_open} members are still open")


def _stamp(outage: Outage, event: str, given: dict[str, Any]) -> None:
    """What an event writes by itself."""
    now = moment()
    if "eta_restore_at" in given:
        outage.eta_updated_at = now
        outage.eta_confidence = given.get("eta_confidence") or outage.eta_confidence or "medium"
    if event == "arrive":
        outage.on_site_at = now
    if event == "restore":
        outage.restored_at = outage.restored_at or now
    if event == "majority_no":
        # The old estimate was wrong; none is better until the crew gives a new one.
        outage.restored_at = outage.eta_restore_at = outage.eta_updated_at = outage.eta_confidence = None
    if outage.status in FINAL:
        outage.closed_at = now
        outage.close_reason = (
            "merged" if event == "merge_into" else "withdrawn" if outage.status != "closed" else "done"
        )


_CLOSE_REASONS = {"merge_into": "merged", "dismiss": "withdrawn", "cancel": "withdrawn"}


def _event(
    outage: Outage,
    event: str,
    role: str,
    actor: str,
    before: str | None,
    reason: str | None,
    data: schemas.OutageData,
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
        data=data.model_dump(mode="json", exclude_none=True),
    )
