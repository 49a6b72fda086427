"""Money comes in: written once, put where it belongs, and everybody who waits for it is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.accounts.models import Account
from backends.billing.ledger import posting
from backends.billing.payments import allocating
from backends.billing.payments.errors import WrongAmount
from backends.billing.payments.models import PayLink, Payment
from kernel import clock, ids


@dataclass(frozen=True)
class Money:
    """What came in. `account_no` may be nobody's; `link_id` where a link asked for it."""

    provider: str
    provider_ref: str
    channel: str
    amount_fen: int
    paid_at: datetime
    account_no: str | None = None
    link_id: str | None = None


@dataclass(frozen=True)
class Received:
    payment: Payment
    is_new: bool = True


Follower = Callable[[AsyncSession, Payment, Account], Awaitable[None]]
followers: list[Follower] = []  # named in `backends.billing.rooms`


async def receive(session: AsyncSession, money: Money) -> Received:
    """Post a payment once in the caller's transaction; the same again gives the same payment.

    Raises:
        WrongAmount: the provider's number stands already with another amount.
    """
    payment = await _taken(session, money)
    if payment is None:
        known = await session.scalar(
            sa.select(Payment).where(Payment.provider == money.provider, Payment.provider_ref == money.provider_ref)
        )
        assert known is not None
        if known.amount_fen != money.amount_fen:
            raise WrongAmount(f"{money.provider_ref} stands with {known.amount_fen} fen")
        return Received(known, is_new=False)
    account = await session.get(Account, money.account_no, with_for_update=True) if money.account_no else None
    if account is None:
        payment.status, payment.note = "unclear", f"no account {money.account_no or ''}".strip()
        lines = {"unclear": -money.amount_fen}
    else:
        payment.note = await _close_link(session, money.link_id)
        lines = await allocating.allocate(
            session, account, money.amount_fen, payment_no=payment.payment_no, on_day=payment.paid_on
        )
    await posting.post(
        session, "payment", payment.payment_no, {"cash": money.amount_fen, **lines},
        account_no=account.account_no if account else None, memo=money.channel,
    )  # fmt: skip
    await session.flush()
    if account is not None:
        for follow in followers:
            await follow(session, payment, account)
    return Received(payment)


async def _taken(session: AsyncSession, money: Money) -> Payment | None:
    """The new payment, or None when the provider's number stands already; waits for whoever is writing it now."""
    now = clock.now()
    paid_on = money.paid_at.astimezone(clock.TZ).date()
    row = {
        "payment_no": ids.new_id("zf"), "account_no": money.account_no, "channel": money.channel,
        "provider": money.provider, "provider_ref": money.provider_ref, "link_id": money.link_id,
        "amount_fen": money.amount_fen, "paid_at": money.paid_at, "paid_on": min(paid_on, now.date()),
        "posted_at": now, "status": "posted",
    }  # fmt: skip
    taken = insert(Payment).values(row).on_conflict_do_nothing(index_elements=["provider", "provider_ref"])
    number = (await session.execute(taken.returning(Payment.payment_no))).scalar_one_or_none()
    return await session.get(Payment, number) if number else None


async def _close_link(session: AsyncSession, link_id: str | None) -> str | None:
    """Mark the link as paid; a second payment by it is kept, as credit, and says so."""
    if link_id is None:
        return None
    link = await session.get(PayLink, link_id, with_for_update=True)
    if link is None:
        return None
    was, link.status = link.status, "paid"
    return "paid twice by one link" if was == "paid" else None
