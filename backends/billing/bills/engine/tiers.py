"""The residential ladder over a calendar year (domain/billing.md 2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from backends.billing.bills.engine.words import Segment, Terms
from backends.billing.tariffs.book import Ladder


@dataclass(frozen=True, slots=True)
class Bounds:
    """Year-to-date kWh up to and including which the first and the second tier hold."""

    first: int
    second: int

    def second_tier(self, ytd_kwh: int) -> int:
        """How much of a year's energy lies in the second tier."""
        return min(max(ytd_kwh - self.first, 0), self.second - self.first)

    def third_tier(self, ytd_kwh: int) -> int:
        return max(ytd_kwh - self.second, 0)

    def tier_at(self, ytd_kwh: int) -> int:
        """1, 2 or 3; exactly on a bound is still the lower tier."""
        return 1 if ytd_kwh <= self.first else 2 if ytd_kwh <= self.second else 3


def bounds_of(terms: Terms, ladder: Ladder) -> Bounds:
    extra = ladder.large_household_extra_kwh if terms.large_household else 0
    months = terms.ladder_months
    return Bounds((ladder.tier1_kwh + extra) * months, (ladder.tier2_kwh + extra) * months)


def climb(segment: Segment, bounds: Bounds, ytd_before: int) -> int:
    """Split a segment's energy over the tiers; returns the year to date after it. Negative energy climbs down."""
    kwh = segment.kwh
    after = ytd_before + kwh
    segment.ytd_before, segment.ytd_after = ytd_before, after
    segment.tier2 = bounds.second_tier(after) - bounds.second_tier(ytd_before)
    segment.tier3 = bounds.third_tier(after) - bounds.third_tier(ytd_before)
    segment.tier1 = kwh - segment.tier2 - segment.tier3
    return after
