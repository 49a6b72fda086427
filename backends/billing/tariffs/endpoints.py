"""GET /v1/tariffs: what a kilowatt-hour costs; public, no account behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter

from backends.billing.tariffs.book import Tariff, sample_book
from kernel import clock

router = APIRouter(tags=["tariffs"])


@router.get("/tariffs")
async def tariffs(on: date | None = None) -> dict[str, Any]:
    """The version in force on a day (today when none is given)."""
    day = on or clock.today()
    ladder = sample_book().ladder_on(day)
    return {
        **_view(sample_book().on(day)),
        "tier1_kwh_per_year": ladder.tier1_kwh * 12,
        "tier2_kwh_per_year": ladder.tier2_kwh * 12,
    }


def _view(tariff: Tariff) -> dict[str, Any]:
    prices = [
        {"category": c, "voltage": v, "plan": p, "registers": {r: str(x) for r, x in registers.items()}}
        for (c, v, p), registers in tariff.prices.items()
    ]
    other = ("tier2_addon", "tier3_addon", "capacity_price", "demand_price", "pv_export_price")
    return {
        "version": tariff.version,
        "valid_from": tariff.valid_from.isoformat(),
        "prices": prices,
        "fund": {c: {"price": str(price), "added": added} for c, (price, added) in tariff.fund.items()},
        **{name: str(getattr(tariff, name)) for name in other},
    }
