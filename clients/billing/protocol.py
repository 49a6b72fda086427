"""What we ask of a billing system, whoever made it. Money is integer fen, energy whole kWh, times aware Shanghai.

Levels (domain/service-catalogue.md 1.2): L1 hears the total due of an account; figures of bills need the token and the
subject (conversation id) of a proof. All calls raise `Unavailable` when it is off and `TimedOut` when it is too slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, Protocol, TypedDict


class BillLine(TypedDict):
    """One line as the system writes it; amounts and prices are decimal texts in yuan. JSON as it stands, for cards."""

    code: str
    label: str
    qty: str
    unit: str
    price: str
    amount: str
    register: NotRequired[str]
    formula: NotRequired[str]


@dataclass(frozen=True)
class Account:
    """An account. Without a proof (`level` L1) names, address and number are masked and the rest is None."""

    account_no: str
    account_name: str
    supply_address: str
    community: str
    district: str
    area_kind: str
    transformer_area: str
    category: str
    status: str
    level: str = "L1"
    plan: str | None = None
    pay_mode: str | None = None
    contact_phone: str | None = None
    """Masked at every level."""
    balance_fen: int | None = None
    """智能交费 balance."""
    has_life_support: bool | None = None


@dataclass(frozen=True)
class Due:
    """L1: what anybody may pay. `due_date` is None when nothing is open, or for 智能交费."""

    total_fen: int
    due_date: date | None = None
    is_overdue: bool = False


@dataclass(frozen=True)
class Bill:
    """One month. `due_fen` is what is open of it today, late fee included; `amount_fen` is the bill itself."""

    account_no: str
    month: str
    amount_fen: int
    due_fen: int
    energy_kwh: int
    period_from: date
    period_to: date
    days: int
    status: str
    """`issued`, `partly_paid`, `paid`, `overdue` or `cancelled`."""
    due_date: date | None = None
    paid_fen: int = 0
    late_fee_fen: int = 0
    late_days: int = 0
    tier: int | None = None
    year_kwh: int | None = None
    next_tier_from_kwh: int | None = None
    """Year to date after which the next tier begins; None on the last one and without a ladder."""
    lines: tuple[BillLine, ...] = ()
    export_kwh: int | None = None
    export_income_fen: int | None = None
    net_credit_fen: int | None = None

    @property
    def is_overdue(self) -> bool:
        return self.status == "overdue"


@dataclass(frozen=True)
class Reason:
    """Why it changed: a code of domain/billing.md 6.2 and its share."""

    code: str
    amount_fen: int
    text: str


@dataclass(frozen=True)
class Explanation:
    """The change against the month before; `reasons` add up to `difference_fen` exactly."""

    month: str
    before_month: str
    difference_fen: int
    text: str
    speech: str
    reasons: tuple[Reason, ...] = ()
    is_seasonal: bool | None = None
    is_unusual: bool = False
    pace: tuple[Decimal, ...] = field(default=())
    """kWh a day before and now."""


@dataclass(frozen=True)
class PayLink:
    """A link to pay by. `url` only where it was just made; `status` open, paid, cancelled or expired."""

    link_id: str
    account_last4: str
    amount_fen: int
    status: str
    expires_at: datetime
    url: str | None = None


@dataclass(frozen=True)
class DailyUse:
    """Use of each day of a month, where the meter tells it; `step_on`: the day it went from `before` to `after`."""

    month: str
    days: tuple[tuple[date, Decimal], ...] = ()
    step_on: date | None = None
    before_kwh: Decimal | None = None
    after_kwh: Decimal | None = None


@dataclass(frozen=True)
class Invoice:
    invoice_no: str
    title: str
    amount_fen: int
    status: str = "issued"


@dataclass(frozen=True)
class Found:
    """An account a phone or an address belongs to. At L0 the customer hears the last four digits, nothing else."""

    account_no: str
    status: str = "active"


@dataclass(frozen=True)
class Bound:
    """An account a visitor has bound; `is_fresh` while the proof behind it is younger than ninety days."""

    account_no: str
    is_fresh: bool = True


@dataclass(frozen=True)
class AreaHint:
    """Where a phone is probably calling from; a hint, no proof."""

    community: str
    transformer_area: str
    area_kind: str | None = None


@dataclass(frozen=True)
class Challenge:
    """A code on its way to the kept phone."""

    challenge_id: str
    masked_phone: str
    expires_at: datetime


@dataclass(frozen=True)
class IdentityProof:
    """A token that proves `level` for the account and the subject of its challenge until `expires_at`."""

    token: str
    level: str
    expires_at: datetime


class Billing(Protocol):
    """Errors of an account number, for every call that takes one: `Malformed` with code `account_check_failed`,
    `account_length` or `account_digits`; `NotFound` (`account_not_found`)."""

    async def account(self, account_no: str, *, token: str | None = None, subject: str | None = None) -> Account:
        """Masked without a token. Raises NotAllowed (`identity_required`) for a token that does not fit."""
        ...

    async def due(self, account_no: str, *, subject: str | None = None) -> Due:
        """The total to be paid today. Raises TooMany when the subject asked for too many accounts."""
        ...

    async def bills(self, account_no: str, *, token: str, subject: str, limit: int = 6) -> Sequence[Bill]:
        """Newest first. Raises NotAllowed (`identity_required`)."""
        ...

    async def bill(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> Bill:
        """One month (`2026-10`), the newest when None. Raises NotAllowed, NotFound (`bill_not_found`)."""
        ...

    async def explanation(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> Explanation:
        """Against the month before. Raises NotAllowed, NotFound (`bill_not_found`, `nothing_to_compare`)."""
        ...

    async def area_hint(self, phone: str) -> AreaHint | None:
        """None when the phone is unknown or kept in several places."""
        ...

    async def search(self, *, phone: str | None = None, address: str | None = None, subject: str) -> Sequence[Found]:
        """Accounts of a phone, or of a whole address with its numbers; up to four, empty when none or too many.

        Raises:
            TooMany: the subject asked for too many accounts.
        """
        ...

    async def send_due(self, account_no: str, *, phone: str, subject: str, key: str) -> Due:
        """Write what is due to a phone (L1). Raises Malformed (`phone_malformed`)."""
        ...

    async def pay_link(
        self, account_no: str, *, subject: str, key: str, amount_fen: int | None = None, phone: str | None = None
    ) -> PayLink:
        """A link for all that is due, or a part; written to a phone if one is named (L1). When it is paid, the
        conversation `subject` is told.

        Raises:
            Conflict: nothing is due (`nothing_due`). Malformed (`phone_malformed`). TooMany.
        """
        ...

    async def latest_link(self, account_no: str) -> PayLink | None:
        """The newest link of an account, so that "I have paid" can be answered (L1)."""
        ...

    async def daily_use(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> DailyUse:
        """Raises NotAllowed, NotFound (`bill_not_found`)."""
        ...

    async def set_alert(self, account_no: str, *, kind: str, limit: int, token: str, subject: str, key: str) -> None:
        """`daily_kwh` (kWh a day), `balance_fen`, `daily_report` (limit 0). Raises NotAllowed."""
        ...

    async def issue_invoice(
        self,
        account_no: str,
        *,
        month: str | None = None,
        title: str | None = None,
        tax_no: str | None = None,
        email: str | None = None,
        consent: str | None = None,
        token: str,
        subject: str,
        key: str,
    ) -> Invoice:
        """Raises:
        NotAllowed. Conflict: `not_paid_yet`, `already_invoiced`, `consent_missing`. Malformed: `tax_no_wrong`.
        """
        ...

    async def bound(self, visitor_id: str) -> Sequence[Bound]:
        """The accounts a visitor has bound, oldest first."""
        ...

    async def bind(self, account_no: str, *, visitor_id: str, token: str, subject: str, key: str) -> int:
        """How many visitors have the account now. Raises NotAllowed, Conflict (`too_many_members`)."""
        ...

    async def unbind(self, account_no: str, *, visitor_id: str, key: str) -> None:
        """Raises NotFound (`not_bound`)."""
        ...

    async def prove_bound(self, account_no: str, *, visitor_id: str, subject: str) -> IdentityProof:
        """A proof out of a fresh binding. Raises NotFound (`not_bound`)."""
        ...

    async def challenge(self, *, account_no: str, phone_last4: str, subject: str, key: str) -> Challenge:
        """Send a code.

        Raises:
            NotAllowed: account and phone do not belong together (`identity_mismatch`; also for an unknown account).
            TooMany: locked after three wrong ones (`identity_locked`).
        """
        ...

    async def verify(self, challenge_id: str, code: str, *, key: str | None = None) -> IdentityProof:
        """Raises:
        NotAllowed: another code (`code_wrong`). Conflict: `code_expired`, `challenge_used`.
        TooMany: `identity_locked`. NotFound: `challenge_not_found`.
        """
        ...

    async def aclose(self) -> None: ...
