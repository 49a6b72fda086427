"""GET /v1/tariffs: what a kilowatt-hour costs; public, no account behind it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from backends.billing.tariffs import plans
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


@router.get("/tariffs/plan")
async def plan(
    category: Annotated[str, Query(pattern=r"^[a-z_]{3,30}$")],
    capacity_kva: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    wants_time_of_use: bool = False,
) -> dict[str, Any]:
    """What a new customer comes under: industry pays two parts from 315 kVA on."""
    under = plans.under(category, capacity_kva, wants_time_of_use=wants_time_of_use)
    return {"category": under.category, "plan": under.plan, "is_two_part": under.is_two_part}


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
