"""Day by day, where the meter tells: from which day on was it more, and by how much? Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

SHORTEST = 4  # days on either side of a step
ODD = Decimal("1.2")  # a step is worth telling when the days after it used a fifth more, or less


@dataclass(frozen=True)
class Step:
    """From `on` the mean of a day went from `before` to `after`, kWh, one decimal."""

    on: date
    before: Decimal
    after: Decimal


def step_in(days: Sequence[tuple[date, Decimal]]) -> Step | None:
    """The day that parts a month best into two levels (least squares); None when it is one level."""
    if len(days) < 2 * SHORTEST:
        return None
    cuts = range(SHORTEST, len(days) - SHORTEST + 1)
    cut = min(cuts, key=lambda place: _spread(days[:place]) + _spread(days[place:]))
    before, after = _mean(days[:cut]), _mean(days[cut:])
    low, high = sorted((before, after))
    if low <= 0 or high / low < ODD:
        return None
    return Step(days[cut][0], _one(before), _one(after))


def _mean(days: Sequence[tuple[date, Decimal]]) -> Decimal:
    return sum((kwh for _, kwh in days), Decimal(0)) / len(days)


def _spread(days: Sequence[tuple[date, Decimal]]) -> Decimal:
    mean = _mean(days)
    return sum(((kwh - mean) ** 2 for _, kwh in days), Decimal(0))


def _one(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
