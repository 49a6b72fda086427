"""A month's energy spread over its days, in tenths of a kWh that add up to it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

HEATER = Decimal("1.62")  # a day with it against one without: 5.0 → 8.1 kWh (dialogue D03)


def spread(
    account_no: str, begins: date, ends: date, kwh: int, *, step_on: int | None = None
) -> Iterator[tuple[str, date, Decimal]]:
    """(account, day, kWh); from day `step_on` of the newest month on, more. Seeded by account and month."""
    dice = random.Random(f"{account_no}{begins}")
    days = (ends - begins).days
    weights = [Decimal(dice.randint(93, 107)) / 100 for _ in range(days)]
    if step_on is not None and begins.month == 10:
        weights = [w * HEATER if begins.day + n >= step_on else w for n, w in enumerate(weights)]
    whole, given, so_far = sum(weights), Decimal(0), Decimal(0)
    for number, weight in enumerate(weights):
        so_far += weight
        due = (kwh * so_far / whole).quantize(Decimal("0.1"))
        yield account_no, begins + timedelta(days=number), due - given
        given = due
