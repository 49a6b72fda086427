"""A meter that was tested and ran wrong: half of the time since its last test is put right (domain/billing.md 3.7).

Pure. The energy that was really used is what was read divided by one plus the error, in whole kWh a bill; the year to
date follows.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from backends.billing.bills.adjusting.correcting import Json, Right
from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.usage import used
from backends.billing.bills.models import IssuedBill
from backends.billing.tariffs.book import service_book


def half_since(last_test: date, mended_on: date) -> date:
    """The day from which it is put right: the later half of the time."""
    return mended_on - timedelta(days=(mended_on - last_test).days // 2)


def right_bills(bills: Sequence[IssuedBill], error_percent: Decimal, begins: date) -> list[Right]:
    """Bills from `begins` on as they should have been, oldest first; those that only partly lie there are left."""
    found: list[Right] = []
    for issued in bills:
        if issued.period_from < begins:
            continue
        inputs = _divided(issued.inputs, error_percent)
        starts_year = (issued.period_from.month, issued.period_from.day) == (1, 1)
        if found and not starts_year and found[-1].bill.ytd_kwh_after is not None:
            inputs["ytd_kwh_before"] = found[-1].bill.ytd_kwh_after
        found.append(Right(issued, compute(wire.request(inputs), service_book()), inputs))
    return found


def _divided(inputs: Json, error_percent: Decimal) -> Json:
    right = copy.deepcopy(inputs)
    for given, one in zip(right["readings"], wire.request(inputs).readings, strict=True):
        true = (Decimal(used(one).kwh) / (1 + error_percent / 100)).quantize(Decimal(1), ROUND_HALF_UP)
        given |= {"start": 0, "end": int(true), "digits": 9, "follows_estimate": True}
        given.pop("multiplier", None)
    return right
