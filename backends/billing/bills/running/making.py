"""One account's bill of a month: its inputs put together, estimated where nothing was read. Pure but for `past`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.errors import BadBillRequest
from backends.billing.bills.engine.rebill import Estimated, Period, rebill
from backends.billing.bills.engine.words import Bill
from backends.billing.bills.running.gathering import Gathered, Meter, PastBill
from backends.billing.tariffs.book import Book
from kernel.errors import Conflict

Json = dict[str, Any]
Past = Callable[[], list[PastBill]]
MOST_ESTIMATED = 2
_BESIDE = ("reactive", "demand")  # registers that are no energy


class EstimatedTooOften(Conflict):
    """Two months in a row were estimated already; somebody has to read the meter (domain/billing.md 4.3)."""

    code = "estimated_too_often"


class NoReading(Conflict):
    """Nothing was read and there is no past to estimate from."""

    code = "no_reading"


@dataclass(frozen=True)
class Made:
    """`estimates`: (meter, register, day, value) that were assumed and have to be kept as readings."""

    bill: Bill
    inputs: Json
    estimates: list[tuple[str, str, date, Decimal]]
    corrects: tuple[str, int] | None = None
    """The estimated bill before and what it was wrong by, fen; where a year or a tariff lies between (W21)."""

    @property
    def is_estimated(self) -> bool:
        return any(given.get("kind") == "estimated" for given in self.inputs["readings"])


def make(one: Gathered, book: Book, past: Past) -> Made:
    """Raises NoReading, EstimatedTooOften, ReadingNeedsReview, NoTariff, BadBillRequest."""
    estimates: list[tuple[str, str, date, Decimal]] = []
    readings = [
        reading
        for meter in one.meters
        if meter.point_kind != "export"
        for register in meter.registers
        if register not in _BESIDE
        for reading in [_reading(one, meter, register, past, estimates)]
    ]
    if not readings:
        raise BadBillRequest("no meter")
    inputs: Json = {
        "account": one.terms,
        "period_from": one.period_from.isoformat(),
        "period_to": one.period_to.isoformat(),
        "readings": readings,
        "ytd_kwh_before": one.ytd_kwh,
    }
    inputs |= _beside(one) | _export(one)
    if corrected := _across_a_boundary(one, inputs, book, past):
        return corrected
    bill = compute(wire.request(inputs | {"highest_month_kwh": _guard(one, estimates)}), book)
    return Made(bill, inputs, estimates)


def _across_a_boundary(one: Gathered, inputs: Json, book: Book, past: Past) -> Made | None:
    """The bill where an estimate before it and this reading lie on two sides of a year or a tariff: what was used
    is shared by days, the month before is computed again, the difference is a correction (4.3, W21)."""
    (given, *others) = inputs["readings"]
    crosses = (one.period_from.month, one.period_from.day) == (1, 1) or book.on(
        one.period_from
    ).valid_from == one.period_from
    if others or not given.get("follows_estimate") or given.get("kind") == "estimated" or not crosses:
        return None
    before = past()[0]
    (assumed,) = before.inputs["readings"]
    span = wire.reading({**given, "start": assumed["start"], "follows_estimate": False})
    first = Period(date.fromisoformat(before.inputs["period_from"]), one.period_from)
    case = Estimated(
        wire.terms(one.terms), first, Period(one.period_from, one.period_to),
        _used(before.inputs, given["register"]), span, before.inputs["ytd_kwh_before"],
    )  # fmt: skip
    result = rebill(case, book)
    shared = {**given, "start": 0, "end": result.second_kwh, "shared": {"start": assumed["start"], "end": given["end"]}}
    shared.pop("multiplier", None)
    second = inputs | {"readings": [shared], "ytd_kwh_before": result.second.request.ytd_kwh_before}
    wrong_by = int(result.adjustment.scaleb(2))
    return Made(result.second, second, [], (before.bill_no, wrong_by) if wrong_by else None)


def _guard(one: Gathered, estimates: list[Any]) -> int | None:
    """An estimate cannot be misread, and what corrects one is compared with nothing."""
    if estimates or any(kind == "estimated" for meter in one.meters for _, kind in meter.read.values()):
        return None
    return one.highest_month_kwh


def _reading(one: Gathered, meter: Meter, register: str, past: Past, estimates: list[Any]) -> Json:
    begins, ends = max(one.period_from, meter.installed_on), min(one.period_to, meter.removed_on or one.period_to)
    start = meter.read.get((register, begins))
    if start is None:
        raise NoReading(f"nothing was read on {begins}")
    end = meter.read.get((register, ends)) or _estimated(one, meter, register, start, ends, past, estimates)
    given: Json = {
        "meter_no": meter.meter_no, "register": register, "start": _number(start[0]), "end": _number(end[0]),
        "digits": meter.digits,
    }  # fmt: skip
    if meter.multiplier > 1:
        given["multiplier"] = meter.multiplier
    if end[1] == "estimated":
        given["kind"] = "estimated"
    if start[1] == "estimated":
        given["follows_estimate"] = True
    if (begins, ends) != (one.period_from, one.period_to):
        given |= {"from": begins.isoformat(), "to": ends.isoformat()}
    return given


def _number(value: Decimal) -> int | str:
    """Whole readings as numbers, others as text: JSON without binary fractions."""
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"


def _estimated(
    one: Gathered, meter: Meter, register: str, start: tuple[Decimal, str], ends: date, past: Past, estimates: list[Any]
) -> tuple[Decimal, str]:
    """Daily mean of the last three months that were read, over this period's days, whole kWh (4.3)."""
    if one.estimated_months >= MOST_ESTIMATED:
        raise EstimatedTooOften(f"{one.estimated_months} months in a row")
    months = [bill for bill in past() if not bill.is_estimated][:3]
    if not months:
        raise NoReading(f"nothing was read on {ends}")
    used = sum(_used(bill.inputs, register) for bill in months)
    days = sum(bill.days for bill in months)
    kwh = (Decimal(used) * (ends - one.period_from).days / days).quantize(Decimal(1), ROUND_HALF_UP)
    value = (start[0] + kwh / meter.multiplier) % 10**meter.digits
    estimates.append((meter.meter_no, register, ends, value))
    return value, "estimated"


def _used(inputs: Json, register: str) -> int:
    total = 0
    for one in wire.request(inputs).readings:
        if one.register == register:
            difference = one.end - one.start
            total += int((difference + (10**one.digits if difference < 0 else 0)) * one.multiplier)
    return total


def _beside(one: Gathered) -> Json:
    """Reactive energy and the highest demand, where the meter has such registers and they were read."""
    found: Json = {}
    for meter in one.meters:
        start, end = (meter.read.get(("reactive", day)) for day in (one.period_from, one.period_to))
        if start and end:
            found["reactive_kvarh"] = int((end[0] - start[0]) % 10**meter.digits * meter.multiplier)
        demand = meter.read.get(("demand", one.period_to))
        if demand:
            found["max_demand_kw"] = f"{demand[0] * meter.multiplier:f}"
    return found


def _export(one: Gathered) -> Json:
    for meter in one.meters:
        if meter.point_kind == "export":
            begins, ends = one.period_from, one.period_to
            start, end = meter.read.get(("export", begins)), meter.read.get(("export", ends))
            if start and end:
                given = {"meter_no": meter.meter_no, "register": "export", "digits": meter.digits}
                return {"export": {**given, "start": _number(start[0]), "end": _number(end[0])}}
    return {}
