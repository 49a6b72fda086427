"""What the rule sees but does not decide: put before a person, with the reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import GuardFailed, ProposalNotFound
from backends.ticketing.happenings import OutageHappened, tell
from backends.ticketing.outages import repository as outage_repository
from backends.ticketing.outages import rules
from backends.ticketing.outages.merging import by_hand, repository
from backends.ticketing.outages.merging.by_hand import Hand
from backends.ticketing.outages.merging.models import Proposal
from backends.ticketing.outages.models import Outage
from backends.ticketing.places import service as places
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.service import moment


async def for_report(session: AsyncSession, order: WorkOrder, near: Sequence[Outage]) -> None:
    """A report beside a running fault of its community: another area, other buildings, or too late for the rule."""
    outage = next((o for o in near if o.outage_kind == "fault" and o.status != "suspected"), None)
    if outage is None:
        return
    theirs, own = "、".join(outage.transformer_areas) or "全小区", order.transformer_area or "台区不明"
    reason = f"同一小区{outage.community}正在停电（{theirs}），本单{own}，未达自动合并条件"
    await _propose(session, "join_report", outage, order.order_no, reason)


async def for_outage(session: AsyncSession, outage: Outage) -> None:
    """A fresh outage beside an older one on the same line, in the same community, or close by at about that time."""
    others = await outage_repository.running_faults(
        session, community=outage.community, district=outage.district, apart_from=outage.outage_no
    )
    lines = {o.outage_no: await _lines(session, o) for o in (outage, *others)} if others else {}
    for older, why in _alike(outage, others, lines):
        minutes = int(abs(outage.first_reported_at - older.first_reported_at).total_seconds()) // 60
        reason = f"{why}，与 {older.outage_no} 首报相差 {minutes} 分钟，疑似同一故障"
        await _propose(session, "merge_outages", older, outage.outage_no, reason)
        return


def _alike(outage: Outage, others: Sequence[Outage], lines: dict[str, set[str]]) -> Iterator[tuple[Outage, str]]:
    """Older outages that may be the same fault, the surest first, each with its reason."""
    for other in others:
        if shared := lines[outage.outage_no] & lines[other.outage_no]:
            yield other, f"同一线路 {min(shared)}"
    for other in others:
        if other.community == outage.community:
            yield other, f"同一小区{outage.community}"
    for other in others:
        apart = abs(outage.first_reported_at - other.first_reported_at)
        if other.district == outage.district and apart <= rules.span("one_line_within_min"):
            yield other, f"同在{outage.district}"


async def _lines(session: AsyncSession, outage: Outage) -> set[str]:
    place = await places.named(session, outage.community)
    return places.feeders_of(place, outage.transformer_areas) if place else set()


async def _propose(session: AsyncSession, kind: str, outage: Outage, subject_no: str, reason: str) -> None:
    proposal = Proposal(
        kind=kind, outage_no=outage.outage_no, subject_no=subject_no, reason=reason, created_at=moment()
    )
    if await repository.propose(session, proposal):
        told = {"kind": kind, "subject_no": subject_no}
        await tell(session, OutageHappened(outage, "proposed", "system", "ticketing", outage.status, reason, told))


async def decide(session: AsyncSession, proposal_id: int, hand: Hand, *, is_accepted: bool) -> Proposal:
    """Raises ProposalNotFound; GuardFailed when it was decided before, or is no longer possible."""
    proposal = await repository.lock_proposal(session, proposal_id)
    if proposal is None:
        raise ProposalNotFound(str(proposal_id))
    if proposal.status != "open":
        raise GuardFailed(f"{proposal.status} already", code="proposal_decided")
    if is_accepted:
        carry_out = by_hand.join if proposal.kind == "join_report" else by_hand.merge
        await carry_out(session, proposal.outage_no, proposal.subject_no, hand)
    proposal.status = "accepted" if is_accepted else "rejected"
    proposal.decided_at, proposal.decided_by, proposal.decided_reason = moment(), hand.actor, hand.reason
    await session.flush()
    return proposal
