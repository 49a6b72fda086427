"""/v1/restoration-answers for the text doors; /v1/outages/{no}/to-call for the people who telephone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.errors import OrderNotFound
from backends.ticketing.outages import viewing
from backends.ticketing.outages.endpoints import OutageNo
from backends.ticketing.outages.restoration import answering, repository, schemas
from backends.ticketing.web import Db, Key, Looks, Viewer, write_once
from backends.ticketing.work_orders import proofs

router = APIRouter(tags=["outages"])

OrderNo = Annotated[str, Path(max_length=20, pattern=r"^GZ[0-9]{12,16}$")]


@router.post("/restoration-answers")
async def answer(said: schemas.ShortAnswer, db: Db, key: Key) -> JSONResponse:
    """回1已来电 回2没有. `outcome`: restored, new_report (`new_order` is the crew's number and hour), reopened, or
    repairing_again when the outage itself has gone back to repair."""
    if said.phone:
        async with db.reading() as session:
            order_no = await repository.asked_last(session, said.phone)
        if order_no is None:
            raise OrderNotFound("nothing was asked of this phone")
    else:
        order_no = str(said.order_no)
        await proofs.require(db, order_no, Viewer(phone_last4=said.phone_last4))

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        heard = await answering.hear(session, order_no, is_yes=said.is_yes, actor=said.channel)
        return 200, answering.view(heard)

    return await write_once(db, key, ["restoration-answers", said.model_dump(mode="json")], run)


@router.get("/outages/{outage_no}/to-call")
async def to_call(outage_no: OutageNo, db: Db, look: Looks) -> dict[str, Any]:
    """Members a person has to call now, critical and life-support ones first. For staff."""
    viewing.require_staff(look)
    async with db.reading() as session:
        rows = await repository.still_open(session, outage_no, step="person")
        return {"items": [viewing.member(order, check) for check, order in rows]}


@router.post("/outages/{outage_no}/to-call/{order_no}")
async def called(
    outage_no: OutageNo, order_no: OrderNo, result: schemas.CallResult, db: Db, key: Key, look: Looks
) -> JSONResponse:
    """What came of the call. Nobody answered: the member is not called again and counts as silent after a day."""
    viewing.require_staff(look)

    async def run(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        if result.result == "no_answer":
            order = await answering.nobody_answered(session, outage_no, order_no)
            return 200, {"outcome": "no_answer", "order_no": order.order_no}
        heard = await answering.hear(session, order_no, is_yes=result.result == "yes", actor=result.actor)
        return 200, answering.view(heard)

    return await write_once(db, key, ["to-call", outage_no, order_no, result.model_dump(mode="json")], run)
