"""Basic charges of two-part tariffs: by capacity, by actual or by contract demand (domain/billing.md 4.2)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from backends.billing.bills.engine.errors import BadBillRequest
from backends.billing.bills.engine.rounding import CENT, of_fraction, to_kwh
from backends.billing.bills.engine.words import Line, Request, Segment
from backends.billing.tariffs.book import Tariff

HEAVY_USE_KWH_PER_KVA = 260
HEAVY_USE_FACTOR = Decimal("0.9")
CONTRACT_TOLERANCE = Decimal("1.05")
MONTH_DAYS = 30


def share_of(segment: Segment, request: Request) -> Fraction:
    """Which part of a month's basic charge falls on a segment; never more than one month in all."""
    share = Fraction(segment.days, request.days)
    if request.basic_days is None:
        return share
    return min(Fraction(request.basic_days, MONTH_DAYS), Fraction(1)) * share


def _line(code: str, label: str, qty: Decimal, unit: str, price: Decimal, segment: Segment, share: Fraction) -> Line:
    amount = of_fraction(Fraction(qty) * Fraction(price) * share)
    return Line(code, label, qty, unit, price, amount, segment=segment, share=None if share == 1 else share)


def _capacity(request: Request, tariff: Tariff, segment: Segment, share: Fraction, _: int) -> list[Line]:
    qty = Decimal(request.terms.capacity_kva or 0)
    return [_line("basic", "基本电费（按容量）", qty, "kVA", tariff.capacity_price, segment, share)]


def _actual(request: Request, tariff: Tariff, segment: Segment, share: Fraction, total_kwh: int) -> list[Line]:
    price = demand_price(request, tariff, total_kwh)
    qty = Decimal(_demand(request))
    return [_line("basic", "基本电费（按实际最大需量）", qty, "kW", price, segment, share)]


def _contract(request: Request, tariff: Tariff, segment: Segment, share: Fraction, total_kwh: int) -> list[Line]:
    contract = request.terms.contract_demand_kw
    if contract is None:
        raise BadBillRequest("contract demand is missing")
    price = demand_price(request, tariff, total_kwh)
    lines = [_line("basic", "基本电费（合同需量）", Decimal(contract), "kW", price, segment, share)]
    over = _demand(request) - CONTRACT_TOLERANCE * contract
    if over > 0:
        lines.append(_line("basic_over", "超105%部分（加倍）", over, "kW", 2 * price, segment, share))
    return lines


_BY_MODE: dict[str, Callable[[Request, Tariff, Segment, Fraction, int], list[Line]]] = {
    "capacity": _capacity,
    "actual_demand": _actual,
    "contract_demand": _contract,
}


def _demand(request: Request) -> int:
    if request.max_demand_kw is None:
        raise BadBillRequest("the reading of the highest demand is missing")
    return to_kwh(request.max_demand_kw)


def demand_price(request: Request, tariff: Tariff, total_kwh: int) -> Decimal:
    """Yuan/kW; a tenth off for whoever uses 260 kWh and more of each kVA (compared unrounded)."""
    kva = request.terms.capacity_kva or 0
    heavy = kva > 0 and total_kwh >= HEAVY_USE_KWH_PER_KVA * kva
    return (tariff.demand_price * HEAVY_USE_FACTOR).quantize(CENT) if heavy else tariff.demand_price


def applies(request: Request) -> bool:
    return request.terms.plan == "two_part_tou" and request.terms.demand_mode != "waived"


def basic_lines(request: Request, segment: Segment, tariff: Tariff, total_kwh: int) -> list[Line]:
    """The basic charge of one segment."""
    make = _BY_MODE.get(request.terms.demand_mode or "")
    if make is None:
        raise BadBillRequest(f"unknown demand mode {request.terms.demand_mode}")
    return make(request, tariff, segment, share_of(segment, request), total_kwh)
