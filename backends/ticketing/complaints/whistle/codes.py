"""How far is it? For whoever holds the code, and nobody is asked who that is; who guesses codes waits."""

from __future__ import annotations

from datetime import timedelta

from backends.ticketing.errors import OrderNotFound, TooManyAttempts
from backends.ticketing.work_orders import repository
from backends.ticketing.work_orders.models import FailedProof, WorkOrder
from kernel import clock
from kit.db import Database

WRONG_CODES = 5  # by one talk in half an hour
WRONG_CODES_BY_ALL = 50  # by all who do not say which talk it is
COUNT_FOR = timedelta(minutes=30)


async def find(db: Database, code: str, subject: str | None) -> WorkOrder:
    """The order of a code. Raises OrderNotFound; TooManyAttempts after too many wrong codes, for right ones too."""
    name, most = (f"code:{subject}", WRONG_CODES) if subject else ("code:", WRONG_CODES_BY_ALL)
    async with db.transaction() as session:  # a failure is kept although the answer is an error
        if await repository.failed_proofs(session, name, since=clock.now() - COUNT_FOR) >= most:
            raise TooManyAttempts("wait half an hour")
        order = await repository.by_query_code(session, code)
        if order is None:
            session.add(FailedProof(order_no=name, at=clock.now()))
    if order is None:
        raise OrderNotFound("no such code")
    return order
