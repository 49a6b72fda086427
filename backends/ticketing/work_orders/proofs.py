"""May this caller see or move this order? Order number + phone's last four, or an identity token (architecture.md)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.whistle import access
from backends.ticketing.errors import IdentityRequired, OrderNotFound, TooManyAttempts
from backends.ticketing.web import Viewer
from backends.ticketing.work_orders import repository
from backends.ticketing.work_orders.models import FailedProof, WorkOrder
from kernel import clock
from kernel.errors import NotAllowed, ServiceError
from kit.auth import identity
from kit.db import Database

MOST_FAILURES = 5
FAILURES_COUNT_FOR = timedelta(minutes=30)


async def require(db: Database, order_no: str, viewer: Viewer) -> None:
    """Raises:
    IdentityRequired: no proof, or one that does not fit. TooManyAttempts: guessed five times within half an hour.
    OrderNotFound: only said to whoever brings some proof. Restricted: a whistle-blowing, unless the sealed team asks.
    """
    if not (viewer.is_staff or viewer.phone_last4 or viewer.identity_token):
        raise IdentityRequired("show phone_last4 or an identity token")
    async with db.transaction() as session:  # a failure is kept although the answer is an error
        problem = await _judge(session, order_no, viewer)
    if problem:
        raise problem


async def _judge(session: AsyncSession, order_no: str, viewer: Viewer) -> ServiceError | None:
    order = await repository.get(session, order_no)
    if order is None:
        return OrderNotFound(order_no)
    if order.order_type == "whistle_blow":
        return await access.refusal(session, order, viewer, doing="read")
    if viewer.is_staff or has_identity(viewer, order.account_no):
        return None
    if await is_locked(session, order_no):
        return TooManyAttempts("wait half an hour")
    if viewer.phone_last4 and viewer.phone_last4 in _endings(order):
        return None
    session.add(FailedProof(order_no=order_no, at=clock.now()))
    return IdentityRequired("the proof does not fit this order")


def _endings(order: WorkOrder) -> set[str]:
    return {phone[-4:] for phone in (order.contact_phone, order.caller_phone) if phone}


def has_identity(viewer: Viewer, account_no: str | None) -> bool:
    if not viewer.identity_token or account_no is None:
        return False
    try:
        identity.verify(viewer.secret, viewer.identity_token, account_no=account_no, subject=viewer.subject)
    except NotAllowed:
        return False
    return True


async def is_locked(session: AsyncSession, name: str) -> bool:
    since = clock.now() - FAILURES_COUNT_FOR
    return await repository.failed_proofs(session, name, since=since) >= MOST_FAILURES
