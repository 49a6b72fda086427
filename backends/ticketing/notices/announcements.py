"""Announcements people make: a draft, approved by somebody else, released at its hour; cancelled, or followed by
another one to exactly the same audience.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import BadField, GuardFailed, NoticeNotFound, OwnDraft
from backends.ticketing.notices import audience, kinds, planned, service, templates, wording
from backends.ticketing.notices.audience import Area, Source
from backends.ticketing.notices.kinds import Kind
from backends.ticketing.notices.models import AudienceEntry, Notice
from backends.ticketing.notices.schemas import Approval, Cancellation, Household, NewAnnouncement
from backends.ticketing.notices.service import Said, moment
from backends.ticketing.outages import service as outages
from backends.ticketing.outages.models import Outage
from kernel import clock
from kit import jobs

RELEASE = "ticketing.notices.release"
_RELEASE_TIMEOUT = "SET LOCAL statement_timeout = '60s'"  # a whole city in one statement
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
_ROUTINE = frozenset({"arrears_reminder", "reconnected"})  # billing's rules decide, nobody has to be asked
_SPARES_LIFE_SUPPORT = frozenset({"arrears_stop_notice", "arrears_stop_soon"})


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


async def add_households(session: AsyncSession, notice: Notice, households: list[Household]) -> int:
    """Put them on the list of a draft; gives how many were new. Raises GuardFailed."""
    if notice.status != "draft":
        raise GuardFailed("the list belongs to a draft", code="not_a_draft")
    if notice.kind in _SPARES_LIFE_SUPPORT and any(h.is_life_support for h in households):
        raise GuardFailed("a life-support user is not cut off for arrears", code="life_support")
    if nameless := sum(1 for h in households if not (h.phone or h.account_no)):
        raise BadField("households", f"{nameless} have neither phone nor account_no")
    wanted = templates.open_names(notice.text + notice.speech)
    if missing := {name for h in households for name in wanted - h.fills.keys()}:
        raise BadField("households", f"each needs the fills {', '.join(sorted(missing))}")
    columns: dict[str, list[Any]] = {
        "recipients": [h.phone or f"account:{h.account_no}" for h in households],
        "phones": [h.phone for h in households],
        "accounts": [h.account_no for h in households],
        "channels": [h.channel for h in households],
        "must_confirm": [h.is_critical or h.is_life_support for h in households],
        "fills": [h.fills or None for h in households],
    }
    done = await session.execute(_ADD, {**columns, "notice_id": notice.notice_id})
    return int(done.rowcount)  # type: ignore[attr-defined]


_ADD = sa.text("""
    INSERT INTO ticketing.notice_audience (notice_id, recipient, phone, account_no, channel, must_confirm, fills)
    SELECT DISTINCT ON (recipient) :notice_id, recipient, phone, account_no, channel, must_confirm, fills
      FROM unnest(CAST(:recipients AS text[]), CAST(:phones AS text[]), CAST(:accounts AS text[]),
                  CAST(:channels AS text[]), CAST(:must_confirm AS bool[]), :fills)
           AS given(recipient, phone, account_no, channel, must_confirm, fills)
    ON CONFLICT (notice_id, recipient) DO NOTHING""").bindparams(
    sa.bindparam("fills", type_=postgresql.ARRAY(postgresql.JSONB(none_as_null=True)))
)


def sources(notice: Notice) -> list[Source]:
    """Whom the notice is for; a list that was given comes first, because it knows most."""
    if notice.follows:
        return [audience.told_by(notice.follows)]
    found = [audience.given_list(notice.notice_id)]
    area = Area(
        tuple(notice.audience.get("communities", ())),
        tuple(notice.audience.get("transformer_areas", ())),
        tuple((lo, hi) for lo, hi in notice.audience.get("buildings", ())),
    )
    kind = kinds.in_force(notice.kind, notice.created_at.date())
    if notice.outage_no:
        found += [audience.members(notice.outage_no), audience.outage_subscribers(notice.outage_no)]
    if area.communities or area.transformer_areas:
        found.append(audience.area_subscribers(area, kind.topic))
    elif kind.needs_consent:
        found.append(audience.topic_subscribers(kind.topic))
    return found


async def preview(session: AsyncSession, notice: Notice) -> dict[str, Any]:
    kind = kinds.in_force(notice.kind, moment().date())
    return await audience.preview(session, notice, kind, sources(notice), now=moment())


async def approve(session: AsyncSession, notice: Notice, by: Approval) -> None:
    """Raises OwnDraft, GuardFailed."""
    if notice.status != "draft":
        raise GuardFailed(f"it is {notice.status}", code="not_a_draft")
    if by.actor == notice.created_by and notice.kind not in _ROUTINE:
        raise OwnDraft("somebody else has to approve it")
    if notice.kind == "arrears_stop_notice" and not by.authority_receipt and await _has_critical(session, notice):
        raise GuardFailed("critical users: the authority's receipt is needed", code="authority_receipt_missing")
    notice.status, notice.approved_by, notice.approved_at = "approved", by.actor, moment()
    if by.authority_receipt:
        notice.facts = {**notice.facts, "authority_receipt": by.authority_receipt}
    await session.flush()
    args = {"notice_id": notice.notice_id}
    at = notice.send_at if notice.send_at > clock.now() else None
    await jobs.defer(session, RELEASE, args, key=f"{RELEASE}:{notice.notice_id}", at=at)


async def _has_critical(session: AsyncSession, notice: Notice) -> bool:
    found = sa.select(sa.literal(1)).where(
        AudienceEntry.notice_id == notice.notice_id, AudienceEntry.must_confirm.is_(True)
    )
    return (await session.execute(found.limit(1))).first() is not None


async def release(session: AsyncSession, notice_id: str) -> int:
    """Make the deliveries of an approved announcement whose hour has come; gives how many."""
    notice = await get(session, notice_id, lock=True)
    if notice.status != "approved" or notice.send_at > clock.now():
        return 0
    await session.execute(sa.text(_RELEASE_TIMEOUT))
    notice.status, notice.queued_at = "queued", moment()
    await session.flush()
    return await service.queue(session, notice, sources(notice))


async def cancel(session: AsyncSession, notice: Notice, by: Cancellation) -> int:
    """Nobody further gets it; gives how many deliveries were stopped. Whoever has it is told by a notice that
    `follows` it."""
    if notice.status == "cancelled":
        raise GuardFailed("it is cancelled already", code="cancelled")
    notice.status, notice.cancelled_by, notice.cancelled_at = "cancelled", by.actor, moment()
    notice.cancel_reason = by.reason
    await session.flush()
    stopped = await session.execute(
        sa.text("""UPDATE ticketing.notice_deliveries SET state = 'suppressed', reason = 'cancelled', next_at = NULL
                    WHERE notice_id = :notice_id AND state = 'queued'"""),
        {"notice_id": notice.notice_id},
    )
    return int(stopped.rowcount)  # type: ignore[attr-defined]
