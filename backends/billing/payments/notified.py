"""A provider says somebody paid: checked, posted once, and whatever was wrong is kept."""

from __future__ import annotations

from collections.abc import Mapping

from backends.billing.payments import receiving
from backends.billing.payments.errors import LinkNotFound, WrongAmount
from backends.billing.payments.models import Notification, PayLink
from backends.billing.payments.providers.port import Provider, Told
from backends.billing.payments.receiving import Money, Received
from kernel import clock
from kernel.errors import ServiceError
from kit import logging
from kit.db import Database

log = logging.get("billing.payments")


async def take(db: Database, provider: Provider, headers: Mapping[str, str], body: bytes) -> Received | None:
    """Post what a notification tells; None when it tells of something that is no payment.

    Raises:
        BadSignature, Malformed, LinkNotFound, WrongAmount: nothing was posted; the refusal is on record.
    """
    told: Told | None = None
    try:
        told = provider.read({name.lower(): value for name, value in headers.items()}, body)
        received = await _post(db, provider, told) if told.is_paid else None
    except ServiceError as err:
        await _note(db, provider, told, "refused", err.code)
        log.warning("notification refused", provider=provider.name, code=err.code)
        raise
    outcome = "no_payment" if received is None else "posted" if received.is_new else "repeated"
    await _note(db, provider, told, outcome, None)
    return received


async def _post(db: Database, provider: Provider, told: Told) -> Received:
    async with db.transaction() as session:
        link = await session.get(PayLink, told.order_ref)
        if link is None:
            raise LinkNotFound(told.order_ref)
        if link.amount_fen != told.amount_fen:
            raise WrongAmount(f"{told.amount_fen} fen for a link of {link.amount_fen}")
        return await receiving.receive(
            session,
            Money(
                provider.name, told.provider_ref, provider.channel, told.amount_fen, told.paid_at, link.account_no,
                link.link_id,
            ),
        )  # fmt: skip


async def _note(db: Database, provider: Provider, told: Told | None, outcome: str, problem: str | None) -> None:
    async with db.transaction() as session:
        session.add(
            Notification(
                provider=provider.name, provider_ref=told.provider_ref if told else None, outcome=outcome,
                problem=problem, at=clock.now(),
            )
        )  # fmt: skip
