"""What would the last twelve months have cost on the other plan? Computed by the engine on the customer's own readings.

A home on the plain ladder has no peak and valley registers: what the valley option would be worth hangs on how much is
used at night, which nobody knows. It is computed for several shares, with the share from which it pays.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.usage import used
from backends.billing.tariffs.book import Book

Json = dict[str, Any]
SHARES = (20, 30, 40, 50, 60)  # percent of a home's energy between 22:00 and 8:00
OTHER = {"ladder": "ladder_tou", "ladder_tou": "ladder", "collective": "collective_tou", "collective_tou": "collective"}


@dataclass(frozen=True)
class Compared:
    """Yuan over the months compared; `saves` is positive where the other plan is cheaper."""

    months: int
    now: Decimal
    other: Decimal

    @property
    def saves(self) -> Decimal:
        return self.now - self.other


def on_the_other_plan(inputs: Sequence[Json], book: Book, *, valley_percent: int | None = None) -> Compared:
    """Both plans on the same energy.

    Args:
        inputs: of the bills, as they are kept.
        valley_percent: how much of it is used at night; None for an account whose meter says it.
    """
    now = sum((compute(wire.request(one), book).amount for one in inputs), Decimal("0.00"))
    moved = [_moved(one, valley_percent) for one in inputs]
    other = sum((compute(wire.request(one), book).amount for one in moved), Decimal("0.00"))
    return Compared(len(inputs), now, other)


def _moved(inputs: Json, valley_percent: int | None) -> Json:
    """The same energy on the other plan, as one reading a register from nought."""
    kwh = dict.fromkeys(("total", "peak", "valley"), 0)
    for one in wire.request(inputs).readings:
        kwh[one.register] += used(one).kwh
    out = copy.deepcopy(inputs)
    out["account"]["plan"] = OTHER[inputs["account"]["plan"]]
    out.pop("export", None)
    if out["account"]["plan"].endswith("_tou"):
        valley = _share(kwh["total"], valley_percent or 0)
        split = {"peak": kwh["total"] - valley, "valley": valley}
    else:
        split = {"total": kwh["peak"] + kwh["valley"]}
    out["readings"] = [
        {"register": name, "start": 0, "end": amount, "digits": 9, "follows_estimate": True}
        for name, amount in split.items()
    ]
    return out


def _share(kwh: int, percent: int) -> int:
    return int((Decimal(kwh) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


def pays_from(inputs: Sequence[Json], book: Book) -> int | None:
    """The smallest whole share of night use, percent, from which the valley option is cheaper; None if never."""
    low, high = 0, 100
    if on_the_other_plan(inputs, book, valley_percent=high).saves <= 0:
        return None
    while low < high:
        middle = (low + high) // 2
        if on_the_other_plan(inputs, book, valley_percent=middle).saves > 0:
            high = middle
        else:
            low = middle + 1
    return low
