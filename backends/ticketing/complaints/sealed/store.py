"""Putting a reporter into the sealed store, and taking the reporter out of what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints.sealed.models import SealedReporter
from kernel import masking

HIDDEN = "［已隐去］"


@dataclass(frozen=True)
class Reporter:
    """Who speaks; `caller_phone` is what the telephone showed, not what was told, and is kept nowhere."""

    name: str | None
    phone: str | None
    caller_phone: str | None
    wants_reply: bool


def keep(session: AsyncSession, reference: str, who: Reporter, *, told: str | None, at: datetime) -> None:
    """`told` is what was said word for word, None where it names nobody."""
    session.add(
        SealedReporter(
            reporter_ref=reference,
            contact_name=who.name,
            contact_phone=who.phone,
            wants_reply=who.wants_reply,
            created_at=at,
            told=told,
        )
    )


def without(text: str | None, who: Reporter) -> str | None:
    """The text without the reporter's name and without any phone number."""
    if not text:
        return text
    for own in (who.name, who.phone, who.caller_phone):
        if own and len(own) > 1:
            text = text.replace(own, HIDDEN)
    return masking.scrub(text)
