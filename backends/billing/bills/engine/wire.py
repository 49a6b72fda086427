"""Bills and fees as JSON-ready dictionaries: the spelling of domain/billing-cases.json, which the REST uses too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from backends.billing.bills.engine import words
from backends.billing.bills.engine.explain import Change
from backends.billing.bills.engine.late_fee import LateFee
from backends.billing.bills.engine.prepaid import Prepaid
from backends.billing.bills.engine.rebill import Estimated, Rebill
from backends.billing.bills.engine.words import Bill, Line, Reading, Request, Segment, Terms

Json = dict[str, Any]
_TERMS = tuple(Terms.__dataclass_fields__)


def terms(given: Json) -> Terms:
    return Terms(**{name: given[name] for name in _TERMS if given.get(name) is not None})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def reading(given: Json) -> Reading:
    return Reading(
        meter_no=given.get("meter_no", ""),
        register=given["register"],
        start=Decimal(str(given["start"])),
        end=Decimal(str(given["end"])),
        digits=given.get("digits", 5),
        multiplier=given.get("multiplier", 1),
        window_from=_day(given.get("from")),
        window_to=_day(given.get("to")),
        kind=given.get("kind", "actual"),
        follows_estimate=bool(given.get("follows_estimate")),
    )


def request(given: Json) -> Request:
    return Request(
        terms=terms(given["account"]),
        period_from=date.fromisoformat(given["period_from"]),
        period_to=date.fromisoformat(given["period_to"]),
        readings=tuple(reading(r) for r in given["readings"]),
        ytd_kwh_before=given.get("ytd_kwh_before") or 0,
        reactive_kvarh=_decimal(given.get("reactive_kvarh")),
        max_demand_kw=_decimal(given.get("max_demand_kw")),
        export=reading(given["export"]) if given.get("export") else None,
        basic_days=given.get("basic_days"),
        highest_month_kwh=given.get("highest_month_kwh"),
    )


def line(one: Line) -> Json:
    """A line; a percentage is written with its sign, quantities without trailing zeros they were not given."""
    factor = one.code == "power_factor"
    out: Json = {
        "code": one.code,
        "label": one.label,
        "qty": f"{one.qty:f}",
        "unit": one.unit,
        "price": f"{one.price:+.2f}%" if factor else f"{one.price:f}",
        "amount": f"{one.amount:.2f}",
    }
    if factor and one.price == 0:
        out["price"] = "+0.00%"
    if one.code == "basic_over":
        out["qty"] = f"{one.qty.normalize():f}"
    if one.register:
        out["register"] = one.register
    if one.share is not None:
        out["share"] = str(one.share)
    if one.segment is not None:
        span = one.segment
        out |= {"from": span.begins.isoformat(), "to": span.ends.isoformat(), "version": span.version}
    return out


def segment(one: Segment) -> Json:
    out: Json = {
        "from": one.begins.isoformat(),
        "to": one.ends.isoformat(),
        "version": one.version,
        "days": one.days,
        "kwh": one.kwh,
        "by_register": dict(one.by_register),
    }
    if one.ytd_after is not None:
        out |= {"ytd_before": one.ytd_before, "ytd_after": one.ytd_after}
        out |= {"tier1": one.tier1, "tier2": one.tier2, "tier3": one.tier3}
    return out


def bill(one: Bill, readings: Sequence[Json]) -> Json:
    """A whole bill; `readings` are echoed with their kWh as they were given."""
    out: Json = {
        "usage": [{**given, "kwh": used.kwh} for given, used in zip(readings, one.usage, strict=True)],
        "segments": [segment(s) for s in one.segments],
        "total_kwh": one.total_kwh,
        "lines": [line(x) for x in one.lines],
        "bill_amount": f"{one.amount:.2f}",
        "bill_amount_fen": one.amount_fen,
    }
    if one.fund_memo is not None:
        out["fund_memo"] = f"{one.fund_memo:.2f}"
    if one.request.terms.has_ladder:
        out |= {f"tier{n}_kwh": one.tier_kwh(n) for n in (1, 2, 3)} | {"ytd_kwh_after": one.ytd_kwh_after}
    if one.kwh_per_kva is not None:
        out["kwh_per_kva"] = f"{one.kwh_per_kva:.2f}"
    if one.power_factor is not None:
        pf = one.power_factor
        out |= {"pf": f"{pf.factor:.2f}", "pf_standard": f"{pf.standard:.2f}"}
        out |= {"pf_percent": f"{pf.percent:.2f}", "pf_base": f"{pf.base:.2f}"}
    if one.export is not None:
        out |= export(one.export)
    return out


def export(one: words.Export) -> Json:
    return {
        "export_kwh": one.kwh,
        "export_price": f"{one.price:f}",
        "export_income": f"{one.income:.2f}",
        "net_payable": f"{one.net_payable:.2f}",
        "net_credit": f"{one.net_credit:.2f}",
    }


def late_fee(one: LateFee) -> Json:
    parts = [
        {
            "from": p.begins.isoformat(), "to": p.ends.isoformat(), "days": p.days, "rate": f"{p.rate:f}",
            "amount": f"{p.amount:.2f}",
        }
        for p in one.parts
    ]  # fmt: skip
    return {
        "days": one.days,
        "parts": parts,
        "late_fee_uncapped": f"{one.uncapped:.2f}",
        "late_fee": f"{one.fee:.2f}",
        "amount_due": f"{one.amount_due:.2f}",
    }


def prepaid(one: Prepaid) -> Json:
    days = [
        {
            "date": d.on.isoformat(), "kwh": d.kwh, "debit": f"{d.debit:.2f}", "recharge": f"{d.recharge:.2f}",
            "balance": f"{d.balance:.2f}",
        }
        for d in one.days
    ]  # fmt: skip
    return {
        "days": days,
        "low_1_on": one.low_1_on.isoformat() if one.low_1_on else None,
        "low_2_on": one.low_2_on.isoformat() if one.low_2_on else None,
        "ran_out_on": one.ran_out_on.isoformat() if one.ran_out_on else None,
        "total_kwh": one.total_kwh,
        "debited": f"{one.debited:.2f}",
        "balance_end": days[-1]["balance"] if days else None,
    }


def rebill(one: Rebill, case: Estimated) -> Json:
    return {
        "true_kwh": one.true_kwh,
        "days": [case.estimated.days, case.actual.days],
        "first_kwh": one.first_kwh,
        "second_kwh": one.second_kwh,
        "billed_first": f"{one.billed_first.amount:.2f}",
        "right_first": f"{one.right_first.amount:.2f}",
        "adjustment": f"{one.adjustment:.2f}",
        "second_bill": f"{one.second.amount:.2f}",
        "payable_now": f"{one.payable_now:.2f}",
        "billed_tier3": one.billed_first.tier_kwh(3),
        "right_tier3": one.right_first.tier_kwh(3),
        "billed_tier2": one.billed_first.tier_kwh(2),
        "right_tier2": one.right_first.tier_kwh(2),
    }


def change(one: Change) -> Json:
    both = (one.before, one.now)
    return {
        "before_amount": f"{one.before.amount:.2f}",
        "now_amount": f"{one.now.amount:.2f}",
        "difference": f"{one.difference:.2f}",
        "days": [m.days for m in both],
        "kwh": [m.bill.total_kwh for m in both],
        "pace": [f"{m.pace:.1f}" for m in both],
        "same_pace_kwh": one.same_pace_kwh,
        "parts": {name: f"{amount:.2f}" for name, amount in one.parts.items()},
        "seasonal": one.seasonal,
        "tier2_kwh": [m.bill.tier_kwh(2) for m in both],
        "tier3_kwh": [m.bill.tier_kwh(3) for m in both],
    }
