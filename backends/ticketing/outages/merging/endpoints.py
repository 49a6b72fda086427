"""/v1/outages/{no}/members, /split, /merge, /areas and /v1/outage-proposals: for staff."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing import cursors
from backends.ticketing.outages import viewing
from backends.ticketing.outages.endpoints import OutageNo
from backends.ticketing.outages.merging import by_hand, proposing, repository, schemas
from backends.ticketing.web import Db, Key, Looks, write_once

router = APIRouter(tags=["outages"])

ProposalId = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/outages/{outage_no}/members")
async def list_members(
    outage_no: OutageNo,
    db: Db,
    look: Looks,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """Every report that belongs to it, the earliest first, with what each answered. For staff."""
    viewing.require_staff(look)
    async with db.reading() as session:
        rows = await repository.members_page(session, outage_no, after=cursors.read(cursor), limit=limit)
        last = rows[limit - 1].order if len(rows) > limit else None
        return {
            "items": [viewing.member(row.order, row.check) for row in rows[:limit]],
            "next_cursor": cursors.write(last.registered_at, last.order_no) if last else None,
        }


@router.post("/outages/{outage_no}/members", status_code=201)
async def add_member(outage_no: OutageNo, new: schemas.NewMember, db: Db, key: Key) -> JSONResponse:
    """Make a report a member by hand; a hazard never becomes one."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        outage = await by_hand.join(session, outage_no, new.order_no, new.hand)
        return 201, await viewing.whole(session, outage)

    return await write_once(db, key, ["outage-members", outage_no, new.model_dump(mode="json")], run)


@router.post("/outages/{outage_no}/split")
async def split_members(outage_no: OutageNo, split: schemas.Split, db: Db, key: Key) -> JSONResponse:
    """Members that were merged by mistake stand alone again, at once with a crew."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 200, await viewing.whole(session, await by_hand.split(session, outage_no, split.order_nos, split.hand))

    return await write_once(db, key, ["outage-split", outage_no, split.model_dump(mode="json")], run)


@router.post("/outages/{outage_no}/merge")
async def merge_outages(outage_no: OutageNo, merge: schemas.Merge, db: Db, key: Key) -> JSONResponse:
    """Two outages are one: the answer is the older one, which stays."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        kept = await by_hand.merge(session, outage_no, merge.other_outage_no, merge.hand)
        return 200, await viewing.whole(session, kept)

    return await write_once(db, key, ["outage-merge", outage_no, merge.model_dump(mode="json")], run)


@router.post("/outages/{outage_no}/areas")
async def change_areas(outage_no: OutageNo, change: schemas.AreaChange, db: Db, key: Key) -> JSONResponse:
    """Areas put in or taken out; members of an area taken out stand alone again."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        outage = await by_hand.change_areas(session, outage_no, change.hand, add=change.add, remove=change.remove)
        return 200, await viewing.whole(session, outage)

    return await write_once(db, key, ["outage-areas", outage_no, change.model_dump(mode="json")], run)


@router.get("/outage-proposals")
async def list_proposals(
    db: Db,
    look: Looks,
    status: Literal["open", "accepted", "rejected", "expired"] = "open",
    outage_no: Annotated[str | None, Query(max_length=20)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> dict[str, Any]:
    """What the rule saw and did not decide, the oldest first; go on with `after` the last `proposal_id`. For staff."""
    viewing.require_staff(look)
    async with db.reading() as session:
        rows = await repository.proposals(session, status, outage_no=outage_no, after=after, limit=limit)
        return {"items": [schemas.view(row) for row in rows]}


@router.post("/outage-proposals/{proposal_id}/decision")
async def decide(proposal_id: ProposalId, decision: schemas.Decision, db: Db, key: Key) -> JSONResponse:
    """Accepting does what was proposed, or says why it is no longer possible (409, the proposal stays open)."""

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        proposal = await proposing.decide(
            session, proposal_id, decision.hand, is_accepted=decision.decision == "accept"
        )
        return 200, schemas.view(proposal)

    return await write_once(db, key, ["outage-proposal", proposal_id, decision.model_dump(mode="json")], run)
