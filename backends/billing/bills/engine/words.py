"""What goes into a bill and what comes out: frozen dataclasses, every intermediate figure kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

LADDER_PLANS = frozenset({"ladder", "ladder_tou"})
REGISTER_LABEL = {"total": "总", "peak": "峰", "flat": "平", "valley": "谷"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account's bill depends on (fields: domain/billing.md 1.2)."""

    category: str
    voltage: str
    plan: str
    capacity_kva: int | None = None
    demand_mode: str | None = None
    contract_demand_kw: int | None = None
    large_household: bool = False
    low_income: bool = False
    ladder_months: int = 12

    @property
    def has_ladder(self) -> bool:
        return self.plan in LADDER_PLANS


@dataclass(frozen=True, slots=True)
class Reading:
    """One register of one meter over its own window; None means the whole period."""

    meter_no: str
    register: str
    start: Decimal
    end: Decimal
    digits: int = 5
    multiplier: int = 1
    window_from: date | None = None
    window_to: date | None = None
    kind: str = "actual"
    follows_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One bill to be computed. Dates are half open; `ytd_kwh_before` is 0 when the period begins on 1 January."""

    terms: Terms
    period_from: date
    period_to: date
    readings: tuple[Reading, ...]
    ytd_kwh_before: int = 0
    reactive_kvarh: Decimal | None = None
    max_demand_kw: Decimal | None = None
    export: Reading | None = None
    basic_days: int | None = None
    """Days of use in a month of connection, change or end; None is a whole month."""
    highest_month_kwh: int | None = None
    """Highest month of the last twelve, for the guard against misread meters; None skips the guard."""

    @property
    def days(self) -> int:
        return (self.period_to - self.period_from).days


@dataclass(frozen=True, slots=True)
class Usage:
    """A reading and the energy it stands for."""

    reading: Reading
    kwh: int
    rolled_over: bool


@dataclass(slots=True)
class Segment:
    """A part of the period with one tariff version and one calendar year."""

    begins: date
    ends: date
    version: str
    by_register: dict[str, int] = field(default_factory=dict)
    ytd_before: int | None = None
    ytd_after: int | None = None
    tier1: int = 0
    tier2: int = 0
    tier3: int = 0

    @property
    def days(self) -> int:
        return (self.ends - self.begins).days

    @property
    def kwh(self) -> int:
        return sum(self.by_register.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: `amount = round(qty × price × share)`, rounded to fen once."""

    code: str
    label: str
    qty: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    register: str | None = None
    segment: Segment | None = None
    share: Fraction | None = None
    """Part of the month for basic charges; None is the whole."""

    @property
    def formula(self) -> str:
        """The sum as it can be checked by hand."""
        if self.code == "power_factor":
            return f"{self.qty} × {self.price:+.2f}% = {self.amount}"
        share = f" × {self.share}" if self.share is not None else ""
        return f"{self.qty:f} {self.unit} × {self.price}{share} = {self.amount}"


@dataclass(frozen=True, slots=True)
class PowerFactor:
    """力调: factor, the standard it is held against, percent added (negative: reward) and on what."""

    factor: Decimal
    standard: Decimal
    percent: Decimal
    base: Decimal


@dataclass(frozen=True, slots=True)
class Export:
    """What a roof fed into the grid and what follows for the payment."""

    kwh: int
    price: Decimal
    income: Decimal
    net_payable: Decimal
    net_credit: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """A computed bill; `amount` is the sum of its lines and nothing else."""

    request: Request
    usage: tuple[Usage, ...]
    segments: tuple[Segment, ...]
    lines: tuple[Line, ...]
    amount: Decimal
    total_kwh: int
    fund_memo: Decimal | None
    """Funds already inside a residential price."""
    kwh_per_kva: Decimal | None
    power_factor: PowerFactor | None
    export: Export | None

    @property
    def amount_fen(self) -> int:
        return int(self.amount.scaleb(2))

    @property
    def ytd_kwh_after(self) -> int | None:
        return self.segments[-1].ytd_after

    def tier_kwh(self, tier: int) -> int:
        name = f"tier{tier}"
        return sum(getattr(segment, name) for segment in self.segments)

    def amount_of(self, *codes: str) -> Decimal:
        return sum((line.amount for line in self.lines if line.code in codes), Decimal("0.00"))
