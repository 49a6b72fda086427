"""What becomes of a delivery after a door has answered, or has not: the one place that decides on another try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from backends.ticketing.notices.channels import FALLBACK, Receipt
from kernel import clock

if TYPE_CHECKING:
    from backends.ticketing.notices.repository import Taken

TRIES = 5  # with one door; then the next door, then failed
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=30)
LOOK_UPS = 12  # then it stays unknown, for people to see


@dataclass(frozen=True)
class Outcome:
    """The new state of the delivery `id`, with everything that goes with it."""

    id: int
    state: str
    channel: str
    attempts: int
    reason: str | None = None
    next_at: datetime | None = None
    receipt: str | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None


def taken(row: Taken, channel: str, receipt: Receipt) -> Outcome:
    now = clock.now()
    arrived = now if receipt.state == "delivered" else None
    return Outcome(row.id, receipt.state, channel, row.attempts + 1, None, None, receipt.reference, now, arrived)


def unreachable(row: Taken, channel: str, reason: str) -> Outcome:
    """By the next door, from the beginning; failed when there is none."""
    if channel == FALLBACK:
        return Outcome(row.id, "failed", channel, row.attempts + 1, reason)
    return Outcome(row.id, "queued", FALLBACK, 0, reason, clock.now())


def try_again(row: Taken, channel: str, reason: str) -> Outcome:
    if row.attempts + 1 >= TRIES:
        return unreachable(row, channel, reason)
    return Outcome(row.id, "queued", channel, row.attempts + 1, reason, clock.now() + wait(row.attempts))


def unknown(row: Taken, channel: str) -> Outcome:
    return Outcome(row.id, "unknown", channel, 0, "not_answered", clock.now() + _FIRST_WAIT)


def still_unknown(row: Taken) -> Outcome:
    """Asked again later; after a day of asking people see it."""
    left = row.attempts + 1 < LOOK_UPS
    later = clock.now() + wait(row.attempts) if left else None
    return Outcome(row.id, "unknown", row.channel, row.attempts + 1, "not_answered", later)


def never_sent(row: Taken) -> Outcome:
    return Outcome(row.id, "queued", row.channel, 0, None, clock.now())


def suppressed(row: Taken, reason: str) -> Outcome:
    return Outcome(row.id, "suppressed", row.channel, row.attempts, reason)


def postponed(row: Taken, until: datetime) -> Outcome:
    return Outcome(row.id, "queued", row.channel, row.attempts, "rate", until)


def wait(tries: int) -> timedelta:
    """30 s, 1 min, 2 min … half an hour."""
    return min(_FIRST_WAIT * 2**tries, _LONGEST_WAIT)
