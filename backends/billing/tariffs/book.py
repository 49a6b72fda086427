"""What did a kilowatt-hour cost on that day? The tariff book, read once from dated data (`book.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml

from backends.billing.tariffs.errors import NoTariff

PriceKey = tuple[str, str, str]  # category, voltage, plan


@dataclass(frozen=True)
class Tariff:
    """One version; prices in yuan/kWh, `capacity_price` yuan/kVA and month, `demand_price` yuan/kW and month."""

    version: str
    valid_from: date
    prices: Mapping[PriceKey, Mapping[str, Decimal]]
    fund: Mapping[str, tuple[Decimal, bool]]
    """Category → price and whether it is a line of its own (added) or inside the energy price."""
    tier2_addon: Decimal
    tier3_addon: Decimal
    capacity_price: Decimal
    demand_price: Decimal
    pv_export_price: Decimal
    source: str

    def registers(self, category: str, voltage: str, plan: str) -> Mapping[str, Decimal]:
        """Price of each register. Raises NoTariff when the book has no such row: a price is never guessed."""
        try:
            return self.prices[category, voltage, plan]
        except KeyError:
            raise NoTariff(f"{self.version} has no price for {category}/{voltage}/{plan}") from None


@dataclass(frozen=True)
class Ladder:
    """Tier bounds a month, kWh; they change on 1 January only."""

    valid_from: date
    tier1_kwh: int
    tier2_kwh: int
    large_household_extra_kwh: int
    low_income_free_kwh: int


@dataclass(frozen=True)
class LateFeeRates:
    """Daily rates: in the calendar year of the first day overdue, and in the years after it."""

    valid_from: date
    residential: tuple[Decimal, Decimal]
    other: tuple[Decimal, Decimal]

    def of(self, category: str) -> tuple[Decimal, Decimal]:
        return self.residential if category == "residential" else self.other


@dataclass(frozen=True)
class Book:
    """All versions, oldest first."""

    tariffs: tuple[Tariff, ...]
    ladders: tuple[Ladder, ...]
    late_fees: tuple[LateFeeRates, ...]

    def on(self, day: date) -> Tariff:
        """The version in force on a day. Raises NoTariff before the first one."""
        for tariff in reversed(self.tariffs):
            if tariff.valid_from <= day:
                return tariff
        raise NoTariff(f"no tariff is known for {day}")

    def changes_between(self, after: date, before: date) -> list[date]:
        """Days strictly inside a period on which another version begins."""
        return [t.valid_from for t in self.tariffs if after < t.valid_from < before]

    def ladder_on(self, day: date) -> Ladder:
        return _in_force(self.ladders, day)

    def late_fee_on(self, day: date) -> LateFeeRates:
        return _in_force(self.late_fees, day)


Row = TypeVar("Row", Ladder, LateFeeRates)


def _in_force(rows: tuple[Row, ...], day: date) -> Row:
    for row in reversed(rows):
        if row.valid_from <= day:
            return row
    return rows[0]


def read(path: Path) -> Book:
    """Read a tariff book file."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Book(
        tariffs=tuple(sorted((_tariff(row) for row in raw["versions"]), key=lambda t: t.valid_from)),
        ladders=tuple(sorted((_ladder(row) for row in raw["ladders"]), key=lambda t: t.valid_from)),
        late_fees=tuple(sorted((_late_fee(row) for row in raw["late_fees"]), key=lambda t: t.valid_from)),
    )


def _tariff(row: dict[str, Any]) -> Tariff:
    names = ("tier2_addon", "tier3_addon", "capacity_price", "demand_price", "pv_export_price")
    return Tariff(
        version=row["version"],
        valid_from=row["valid_from"],
        source=row["source"],
        prices={
            (p["category"], p["voltage"], p["plan"]): {k: Decimal(v) for k, v in p["registers"].items()}
            for p in row["prices"]
        },
        fund={category: (Decimal(price), how == "added") for category, (price, how) in row["fund"].items()},
        **{name: Decimal(row[name]) for name in names},
    )


def _ladder(row: dict[str, Any]) -> Ladder:
    return Ladder(
        row["valid_from"],
        row["tier1_kwh_per_month"],
        row["tier2_kwh_per_month"],
        row["large_household_extra_kwh"],
        row["low_income_free_kwh"],
    )


def _late_fee(row: dict[str, Any]) -> LateFeeRates:
    first, later = (tuple(Decimal(x) for x in row[kind]) for kind in ("residential", "other"))
    return LateFeeRates(row["valid_from"], (first[0], first[1]), (later[0], later[1]))


@cache
def sample_book() -> Book:
    """The book that ships with the reference system."""
    return read(Path(__file__).with_name("book.yml"))


@cache
def service_book() -> Book:
    """The same with what held before its first version, so that bills of earlier years can be shown and explained.

    Not for `bill-check`: there a day without a version is an error.
    """
    book = sample_book()
    first = book.tariffs[0]
    earlier = replace(first, version="T2023S", valid_from=date(2023, 1, 1), source="sample history, prices of T2025A")
    return replace(book, tariffs=(earlier, *book.tariffs))
