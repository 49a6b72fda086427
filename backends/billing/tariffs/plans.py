"""Which tariff does a new customer come under? One part or two is decided at 315 kVA (domain/billing.md 2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from backends.billing.tariffs.errors import NoTariff

TWO_PART_FROM_KVA = 315
INDUSTRY = frozenset({"large_industrial", "general_industrial"})
CATEGORIES = INDUSTRY | {"residential", "non_residential", "commercial", "agricultural", "wholesale"}


@dataclass(frozen=True)
class Under:
    """What a customer is billed under. `is_two_part`: a charge for capacity or demand beside that for energy."""

    category: str
    plan: str

    @property
    def is_two_part(self) -> bool:
        return self.plan == "two_part_tou"


def under(category: str, capacity_kva: int | None, *, wants_time_of_use: bool = False) -> Under:
    """Industry of 315 kVA and more is large and pays two parts, below it is general and pays one.

    Raises:
        NoTariff: no such category.
    """
    if category not in CATEGORIES:
        raise NoTariff(f"no category {category}")
    if category in INDUSTRY:
        if (capacity_kva or 0) >= TWO_PART_FROM_KVA:
            return Under("large_industrial", "two_part_tou")
        return Under("general_industrial", "single_tou" if wants_time_of_use else "single")
    if category == "residential":
        return Under(category, "ladder_tou" if wants_time_of_use else "ladder")
    has_choice = category == "commercial"
    return Under(category, "single_tou" if wants_time_of_use and has_choice else "single")
