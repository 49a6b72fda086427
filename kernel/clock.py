"""What time is it? The only clock of the house: aware, Asia/Shanghai.

`DENGHUO_CLOCK_SHIFT_S` moves it for every process alike, so that a whole running line can stand on another day.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone

# China has kept one offset without daylight saving since 1991; a fixed offset needs no zone database.
TZ = timezone(timedelta(hours=8), "Asia/Shanghai")

_shift = timedelta(seconds=float(os.environ.get("DENGHUO_CLOCK_SHIFT_S") or 0))
_held: datetime | None = None


def now() -> datetime:
    """The present moment, aware, Asia/Shanghai."""
    return _held if _held is not None else datetime.now(TZ) + _shift


def today() -> date:
    """The present day in Shanghai."""
    return now().date()


def monotonic() -> float:
    """Seconds for measuring spans; not moved by `hold` or the shift."""
    return time.monotonic()


def shift_to(moment: datetime) -> float:
    """Seconds to put into `DENGHUO_CLOCK_SHIFT_S` so that a process started now begins at `moment`."""
    return (moment - datetime.now(TZ)).total_seconds()


@contextmanager
def hold(moment: datetime) -> Iterator[None]:
    """Stand still at `moment` (aware) inside the block; for tests."""
    global _held
    if moment.tzinfo is None:
        raise ValueError("clock.hold needs an aware datetime")
    before, _held = _held, moment.astimezone(TZ)
    try:
        yield
    finally:
        _held = before


def to_wall(moment: datetime) -> datetime:
    """The machine's own time at which the house clock will show `moment`; for schedulers that do not know the shift."""
    return moment - _shift
