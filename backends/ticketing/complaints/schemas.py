"""What the complaint doors take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backends.ticketing.fields import Last4, Strict, Text500, Word, maybe
from backends.ticketing.work_orders.details import ComplaintClass


class Classing(Strict):
    """One main class, any side classes; `sub_class` is a code of the second level and decides nothing but the
    default severity. A customer shows `phone_last4`."""

    complaint_class: ComplaintClass
    sub_class: maybe(Word) = None  # type: ignore[valid-type]
    side_classes: Annotated[list[ComplaintClass], Field(max_length=7)] = Field(default_factory=list)
    people_count: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    reason: maybe(Text500) = None  # type: ignore[valid-type]
    phone_last4: Last4 | None = None
