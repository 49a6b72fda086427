"""A draft of an announcement: its words, its hour, whom it is for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import BadField, GuardFailed, NoticeNotFound
from backends.ticketing.notices import kinds, planned, service, templates, wording
from backends.ticketing.notices.audience import Area
from backends.ticketing.notices.kinds import Kind
from backends.ticketing.notices.models import Notice
from backends.ticketing.notices.schemas import NewAnnouncement
from backends.ticketing.notices.service import Said, moment
from backends.ticketing.outages import service as outages
from backends.ticketing.outages.models import Outage

_TEMPLATES = {
    "safety": "announcement.safety",
    "information": "announcement.information",
    "care": "announcement.care",
    "planned_outage": "planned.first",
    "temporary_outage": "temporary.first",
    "sudden_outage": "outage.declare",
    "eta_change": "outage.update_eta",
    "outage_changed": "outage.postpone",
    "outage_delayed": "outage.overrun",
    "outage_cancelled": "outage.cancel",
    "restoration": "outage.restore",
    "arrears_reminder": "arrears.reminder",
    "arrears_stop_notice": "arrears.stop_notice",
    "arrears_stop_soon": "arrears.stop_soon",
    "reconnected": "arrears.reconnected",
}
_MUST_FOLLOW = frozenset({"outage_changed", "outage_delayed", "outage_cancelled"})
_NEEDS_HOUR = frozenset({"planned_outage", "temporary_outage", "arrears_stop_notice", "arrears_stop_soon"})


async def get(session: AsyncSession, notice_id: str, *, lock: bool = False) -> Notice:
    notice = await session.get(Notice, notice_id, with_for_update=lock or None, populate_existing=lock)
    if notice is None:
        raise NoticeNotFound(notice_id)
    return notice


async def draft(session: AsyncSession, new: NewAnnouncement) -> Notice:
    """Raises BadField, GuardFailed (`too_early`, `too_late`: outside the lead time), NoticeNotFound, OutageNotFound."""
    template = templates.load()[_TEMPLATES[new.kind]]
    followed = await _followed(session, new)
    outage = await outages.get(session, new.outage_no) if new.outage_no else None
    facts = _facts(new, outage, followed)
    if "message" in template.names and not new.message:
        raise BadField("message", "needed: what is to be said")
    send_at = _send_at(kinds.in_force(new.kind, moment().date()), new, facts)
    if template.names - set(facts) and (new.outage_no or new.communities or new.transformer_areas):
        raise BadField("communities", f"{new.kind} goes to a list: it says something else to each household")
    said = Said(
        template,
        facts,
        outage_no=new.outage_no or (followed.outage_no if followed else None),
        follows=followed.notice_id if followed else None,
        created_by=new.actor,
        audience=_area_of(new, outage),
    )
    notice_id = await service.write_down(session, said, status="draft", send_at=send_at)
    return await get(session, str(notice_id))


async def _followed(session: AsyncSession, new: NewAnnouncement) -> Notice | None:
    if not new.follows:
        if new.kind in _MUST_FOLLOW:
            raise BadField("follows", "needed: the announcement that is changed, delayed or called off")
        return None
    followed = await get(session, new.follows)
    if followed.queued_at is None:
        raise GuardFailed("it has gone to nobody yet: cancel it instead", code="not_announced")
    return followed


def _facts(new: NewAnnouncement, outage: Outage | None, followed: Notice | None) -> dict[str, Any]:
    """Of the outage, of what was announced before, of what is given, the later over the earlier."""
    before = followed.facts if followed else {}
    facts: dict[str, Any] = {
        **before,
        "old_span": before.get("off_span", ""),
        "reason": new.reason_public or "现场情况",
    }
    facts |= wording.of_outage(outage, reason=new.reason_public) if outage else {}
    given = {
        "scope": "、".join(new.communities) or "、".join(new.transformer_areas),
        "cause": new.reason_public,
        "message": (new.message or "").rstrip("。") + "。" if new.message else None,
        "off_at": wording.hour(new.off_at) if new.off_at else None,
        "on_at": wording.hour(new.on_at) if new.on_at else None,
        "off_span": wording.off_span(new.off_at, new.on_at),
        "eta_part": wording.eta(new.eta_restore_at) if new.eta_restore_at else None,
        "told_off_at": new.off_at.isoformat() if new.off_at else None,
    }
    facts |= {name: value for name, value in given.items() if value}
    return {"cause": "检修", "cause_part": "", "households_part": "", "eta_part": wording.LOOKING, **facts}


def _area_of(new: NewAnnouncement, outage: Outage | None) -> dict[str, Any]:
    area = planned.area_of(outage) if outage else Area()
    return {
        "communities": [*area.communities, *new.communities],
        "transformer_areas": [*area.transformer_areas, *new.transformer_areas],
        "buildings": [list(pair) for pair in (*area.buildings, *new.buildings)],
    }


def _send_at(kind: Kind, new: NewAnnouncement, facts: dict[str, Any]) -> datetime:
    """When it goes out: as asked, else as its lead time says, never in the past.

    Raises:
        BadField: it speaks of an hour nobody has given. GuardFailed: outside the time the rules leave.
    """
    now = moment()
    told = facts.get("told_off_at")
    off_at = datetime.fromisoformat(told) if told else None
    if new.kind in _NEEDS_HOUR and off_at is None:
        raise BadField("off_at", "needed: the hour it speaks of")
    if off_at is None or new.kind not in _NEEDS_HOUR:
        return max(new.send_at or now, now)
    send_at = kinds.earliest(kind, max(new.send_at or off_at - kind.lead[0], now))
    if off_at - send_at < kind.at_least or send_at >= off_at:
        raise GuardFailed(f"it must leave people {kind.at_least} before {off_at.isoformat()}", code="too_late")
    if off_at - send_at > kind.at_most:
        raise GuardFailed(f"it must not come more than {kind.at_most} before", code="too_early")
    return send_at
