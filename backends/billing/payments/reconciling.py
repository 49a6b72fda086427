"""A provider's file of a day beside our books: what it has and we have not is posted, the rest is shown."""

from __future__ import annotations

import hashlib
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.payments import receiving
from backends.billing.payments.models import PayLink, Payment, Reconciliation
from backends.billing.payments.providers.port import Listed, Provider
from backends.billing.payments.receiving import Money
from kernel import clock


async def reconcile(session: AsyncSession, provider: Provider, day: date, text: str) -> Reconciliation:
    """Compare; the same file again gives the kept result. Raises Malformed."""
    rows = provider.read_day_file(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = await session.scalar(
        sa.select(Reconciliation).where(
            Reconciliation.provider == provider.name, Reconciliation.day == day, Reconciliation.sha256 == digest
        )
    )
    if known is not None:
        return known
    query = sa.select(Payment).where(Payment.provider == provider.name, Payment.paid_on == day)
    ours = {one.provider_ref: one for one in (await session.scalars(query)).all()}
    theirs = {row.provider_ref: row for row in rows}
    differing = [_difference(ours[ref], row) for ref, row in theirs.items() if ref in ours and _differs(ours[ref], row)]
    late = [await _post(session, provider, row) for ref, row in theirs.items() if ref not in ours]
    found = Reconciliation(
        provider=provider.name, day=day, sha256=digest,
        agreed=sum(ref in ours and not _differs(ours[ref], row) for ref, row in theirs.items()),
        posted_late=late, only_ours=sorted(ours.keys() - theirs.keys()), differing=differing, at=clock.now(),
    )  # fmt: skip
    session.add(found)
    await session.flush()
    return found


def _differs(ours: Payment, row: Listed) -> bool:
    return ours.amount_fen != row.amount_fen


def _difference(ours: Payment, row: Listed) -> dict[str, object]:
    return {"provider_ref": row.provider_ref, "ours_fen": ours.amount_fen, "theirs_fen": row.amount_fen}


async def _post(session: AsyncSession, provider: Provider, row: Listed) -> dict[str, object]:
    """A payment whose notification never came. One for a link of another amount is posted as what it was."""
    link = await session.get(PayLink, row.order_ref)
    money = Money(
        provider.name, row.provider_ref, provider.channel, row.amount_fen, row.paid_at,
        link.account_no if link else None, link.link_id if link else None,
    )  # fmt: skip
    received = await receiving.receive(session, money)
    return {
        "provider_ref": row.provider_ref,
        "payment_no": received.payment.payment_no,
        "amount_fen": row.amount_fen,
        "status": received.payment.status,
    }
