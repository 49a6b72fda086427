"""One bill from readings, terms and the tariff book (domain/billing.md 4.2)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from backends.billing.bills.engine import demand, power_factor, tiers, usage
from backends.billing.bills.engine.errors import BadBillRequest
from backends.billing.bills.engine.rounding import CENT, to_fen
from backends.billing.bills.engine.words import (
    REGISTER_LABEL,
    Bill,
    Export,
    Line,
    PowerFactor,
    Request,
    Segment,
    Usage,
)
from backends.billing.tariffs.book import Book, Tariff

_TIER_LABEL = {2: "第二档加价", 3: "第三档加价"}


def compute(request: Request, book: Book) -> Bill:
    """Compute a bill.

    Raises:
        NoTariff: the book has no price for this account. BadBillRequest: readings do not fit the plan.
        ReadingNeedsReview: the energy is implausible.
    """
    used = tuple(usage.used(reading) for reading in request.readings)
    usage.guard(used, request.highest_month_kwh)
    segments = usage.segments_of(request, book)
    usage.share_out(request, used, segments)
    tariffs = [book.on(segment.begins) for segment in segments]
    total_kwh = sum(u.kwh for u in used)

    lines = _energy_and_tiers(request, segments, tariffs, book)
    if request.terms.low_income:
        lines.append(_relief(tariffs[0], book, request, total_kwh))
    per_kva = _basic(request, segments, tariffs, total_kwh, lines)
    factor = _power_factor(request, total_kwh, lines)
    memo = _funds(request, segments, tariffs, lines)
    amount = sum((line.amount for line in lines), Decimal("0.00"))
    export = _export(request, tariffs[0], amount)
    return Bill(request, used, tuple(segments), tuple(lines), amount, total_kwh, memo, per_kva, factor, export)


def _energy_and_tiers(request: Request, segments: list[Segment], tariffs: list[Tariff], book: Book) -> list[Line]:
    lines: list[Line] = []
    terms, ytd = request.terms, request.ytd_kwh_before
    for index, (segment, tariff) in enumerate(zip(segments, tariffs, strict=True)):
        prices = tariff.registers(terms.category, terms.voltage, terms.plan)
        if not segment.by_register.keys() <= prices.keys():
            raise BadBillRequest(f"registers {sorted(segment.by_register)} do not fit plan {terms.plan}")
        for register, price in prices.items():
            lines.append(_energy(segment, register, price))
        if terms.has_ladder:
            if index and (segment.begins.month, segment.begins.day) == (1, 1):
                ytd = 0
            bounds = tiers.bounds_of(terms, book.ladder_on(segment.begins))
            ytd = tiers.climb(segment, bounds, ytd)
            lines += _tier_lines(segment, tariff)
    return lines


def _energy(segment: Segment, register: str, price: Decimal) -> Line:
    kwh = Decimal(segment.by_register.get(register, 0))
    label = f"电度电费（{REGISTER_LABEL[register]}）"
    return Line("energy", label, kwh, "kWh", price, to_fen(kwh * price), register, segment)


def _tier_lines(segment: Segment, tariff: Tariff) -> list[Line]:
    parts = ((2, segment.tier2, tariff.tier2_addon), (3, segment.tier3, tariff.tier3_addon))
    return [
        Line("tier", _TIER_LABEL[tier], Decimal(kwh), "kWh", price, to_fen(kwh * price), segment=segment)
        for tier, kwh, price in parts
        if kwh
    ]


def _relief(tariff: Tariff, book: Book, request: Request, total_kwh: int) -> Line:
    """Free energy of low-income homes, always at the plain ladder price of the first version."""
    free = min(book.ladder_on(request.period_from).low_income_free_kwh, max(total_kwh, 0))
    price = tariff.registers("residential", "lt1kv", "ladder")["total"]
    qty = Decimal(-free) + 0
    return Line("relief", "低保免费电量", qty, "kWh", price, to_fen(qty * price))


def _basic(
    request: Request, segments: list[Segment], tariffs: list[Tariff], total_kwh: int, lines: list[Line]
) -> Decimal | None:
    """Add the basic charges; returns kWh of each kVA, to two decimals, for showing."""
    if not demand.applies(request):
        return None
    kva = request.terms.capacity_kva
    if not kva:
        raise BadBillRequest("a two-part account needs its capacity")
    for segment, tariff in zip(segments, tariffs, strict=True):
        lines += demand.basic_lines(request, segment, tariff, total_kwh)
    return (Decimal(total_kwh) / kva).quantize(CENT, ROUND_HALF_UP)


def _power_factor(request: Request, total_kwh: int, lines: list[Line]) -> PowerFactor | None:
    standard = power_factor.standard_of(request.terms)
    if standard is None or total_kwh <= 0 or request.reactive_kvarh is None:
        return None
    factor = power_factor.factor_of(total_kwh, request.reactive_kvarh)
    percent = power_factor.percent_of(standard, factor)
    base = sum((x.amount for x in lines if x.code in ("energy", "basic", "basic_over")), Decimal("0.00"))
    lines.append(Line("power_factor", "力调电费", base, "元", percent, to_fen(base * percent / 100)))
    return PowerFactor(factor, standard, percent, base)


def _funds(request: Request, segments: list[Segment], tariffs: list[Tariff], lines: list[Line]) -> Decimal | None:
    """Add fund lines where they are charged on top; where they are inside the price, return them for showing."""
    memo: Decimal | None = None
    for segment, tariff in zip(segments, tariffs, strict=True):
        price, added = tariff.fund[request.terms.category]
        amount = to_fen(segment.kwh * price)
        if added:
            lines.append(Line("fund", "基金及附加", Decimal(segment.kwh), "kWh", price, amount, segment=segment))
        else:
            memo = (memo or Decimal("0.00")) + amount
    return memo


def _export(request: Request, tariff: Tariff, amount: Decimal) -> Export | None:
    if request.export is None:
        return None
    kwh = usage.used(request.export).kwh
    income = to_fen(kwh * tariff.pv_export_price)
    nothing = Decimal("0.00")
    return Export(kwh, tariff.pv_export_price, income, max(amount - income, nothing), max(income - amount, nothing))


def usage_of(bill: Bill, register: str) -> int:
    """kWh of one register over the whole bill."""
    return sum(segment.by_register.get(register, 0) for segment in bill.segments)


__all__ = ["Usage", "compute", "usage_of"]
