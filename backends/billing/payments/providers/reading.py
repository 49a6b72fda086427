"""Reading what providers send: times with a zone, whole fen, and nothing that is old."""

from __future__ import annotations

from datetime import datetime, timedelta

from backends.billing.payments.errors import BadSignature
from kernel import clock

FRESH_FOR = timedelta(minutes=5)


def check_fresh(stamp: str) -> None:
    """Raises BadSignature for a stamp (seconds) that is no number or five minutes away."""
    if not stamp.isdigit() or abs(clock.now().timestamp() - int(stamp)) > FRESH_FOR.total_seconds():
        raise BadSignature("the timestamp is missing or too old")


def whole(amount: object) -> int:
    """Raises TypeError or ValueError for what is no positive number of fen."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError("a whole number of fen is wanted")
    if not 0 < amount < 10**12:
        raise ValueError("out of range")
    return amount


def moment(text: str) -> datetime:
    """Raises ValueError, also for a time without a zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a zone is wanted")
    return found.astimezone(clock.TZ)
