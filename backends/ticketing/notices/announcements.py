"""What becomes of a draft: households put on its list, approved by somebody else, released at its hour, cancelled."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import BadField, GuardFailed, OwnDraft
from backends.ticketing.notices import audience, kinds, queueing, service, templates
from backends.ticketing.notices.audience import Area, Source
from backends.ticketing.notices.drafting import get
from backends.ticketing.notices.models import AudienceEntry, Notice
from backends.ticketing.notices.schemas import Approval, Cancellation, Household
from backends.ticketing.notices.service import moment
from kernel import clock
from kit import jobs

RELEASE = "ticketing.notices.release"
_RELEASE_TIMEOUT = "SET LOCAL statement_timeout = '60s'"  # a whole city in one statement
_ROUTINE = frozenset({"arrears_reminder", "reconnected"})  # billing's rules decide, nobody has to be asked
_SPARES_LIFE_SUPPORT = frozenset({"arrears_stop_notice", "arrears_stop_soon"})


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
    return await queueing.preview(session, notice, kind, sources(notice), now=moment())


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
