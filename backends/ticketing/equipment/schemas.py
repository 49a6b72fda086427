"""What is said over REST about customers' equipment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backends.ticketing.checks.schemas import Badge, Day
from backends.ticketing.fields import AccountNo, Line, Strict, Word

Kind = Literal[
    "transformer", "switchgear", "generator", "protection", "capacitor", "pv_inverter", "storage", "ev_charger"
]


class NewEquipment(Strict):
    account_no: AccountNo
    kind: Kind
    name: Word
    rating_kva: Annotated[int, Field(gt=0, le=1_000_000)] | None = None
    maker: Word | None = None
    installed_on: Day
    tested_until: Day | None = None


class Change(Strict):
    """`connect` and `mended` are judged by the newest check sheet; `tested` brings the new end of the test."""

    event: Literal["connect", "mended", "tested", "remove"]
    actor: Badge
    tested_until: Day | None = None
    note: Line | None = None
