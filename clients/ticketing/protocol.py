"""What the house asks of a ticketing system, whoever made it: fault reports, orders, outages, places.

Every write takes a `key`: the same key gives the same answer, so a caller may always ask again. Times are aware
(Asia/Shanghai). Errors are those of `kernel.errors`; codes worth catching: `identity_required` (403),
`too_many_attempts` (429), `order_not_found` (404), `event_not_allowed` (409), `outage_not_found` (404).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

AreaKind = Literal["urban", "rural", "remote"]
Channel = Literal["phone", "wechat", "web_chat", "sms", "email", "app", "counter", "on_site", "letter", "system"]
YesNo = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class IdentityProof:
    """An identity token of `kit.auth.identity` and the subject (conversation id) it is bound to."""

    token: str
    subject: str


@dataclass(frozen=True)
class FaultReport:
    """What is known of a fault when it is filed; only where it is and how to call back are needed.

    Values of `symptom` and `hazard_kind`: domain/work-orders.md 4.3; `clients.ticketing.words` turns the bot's
    entity values into them. A `hazard_kind` other than `none` is filed at priority 1 and never merged.
    """

    address: str | None = None
    contact_phone: str | None = None
    symptom: str = "all_out"
    hazard_kind: str = "none"
    channel: Channel = "web_chat"
    account_no: str | None = None
    contact_name: str | None = None
    caller_phone: str | None = None
    landmark: str | None = None
    pole_no: str | None = None
    community: str | None = None
    transformer_area: str | None = None
    area_kind: AreaKind | None = None
    is_neighbour_out: YesNo = "unknown"
    is_breaker_tripped: YesNo = "unknown"
    critical_user_kind: str = "none"
    is_life_support: bool = False
    summary: str | None = None
    identity_level: str = "L0"
    received_at: datetime | None = None
    join_outage: str | None = None
    """Number of a running outage this report becomes a member of (ignored for hazards)."""


@dataclass(frozen=True)
class Consult:
    """A question or dispute somebody answers later; also what the bot files when another system is off."""

    question: str
    topic: str = "procedure"
    reply_form: str = "phone"
    channel: Channel = "web_chat"
    account_no: str | None = None
    contact_phone: str | None = None
    contact_name: str | None = None
    caller_phone: str | None = None
    address: str | None = None
    summary: str | None = None
    identity_level: str = "L0"


@dataclass(frozen=True)
class Step:
    """One line of an order's history as the customer may hear it."""

    at: datetime
    event: str
    status: str
    status_label: str


@dataclass(frozen=True)
class Order:
    """A work order as the customer may see it: personal data masked."""

    order_no: str
    order_type: str
    status: str
    status_label: str = ""
    type_label: str = ""
    priority: int = 5
    channel: str = ""
    summary: str = ""
    registered_at: datetime | None = None
    deadline_at: datetime | None = None
    on_site_by: datetime | None = None
    eta_restore_at: datetime | None = None
    closed_at: datetime | None = None
    area_kind: str | None = None
    community: str | None = None
    owner_team: str = ""
    account_no: str | None = None
    contact_phone: str | None = None
    contact_name: str | None = None
    address: str | None = None
    urge_count: int = 0
    escalation_level: int = 0
    is_open: bool = True
    is_overdue: bool = False
    parent_order_no: str | None = None
    related_order_nos: tuple[str, ...] = ()
    duplicate_of: str | None = None
    """Set when nothing new was filed because this open order already stands for the same thing."""
    query_code: str | None = None
    """Whistle-blowing only, given once; such an order has no number outside (`order_no` is empty)."""
    timeline: tuple[Step, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the order's own type, as JSON gave them."""

    @property
    def no(self) -> str:
        return self.order_no


@dataclass(frozen=True)
class Urge:
    """What urging did: `recorded` is False inside the cooling time (only the count went up).

    The customer hears where it stands, whose it is, what was promised, an apology when it is late, what the urge
    changed, and by when they hear again.
    """

    order: Order
    urge_count: int
    recorded: bool
    urge_order_no: str | None
    reply_by: datetime | None
    escalation_level: int
    status: str = ""
    status_label: str = ""
    owner_team: str = ""
    promised_at: datetime | None = None
    is_overdue: bool = False
    owes_apology: bool = False
    hears_again_by: datetime | None = None
    told: tuple[str, ...] = ()
    """Who hears of it: the team, then whoever is above it."""
    changed: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """`priority`, `escalation_level`: [before, now], only what is different now."""
    asked_for_fresh_eta: bool = False


@dataclass(frozen=True)
class Reopened:
    """`order` is the old one again, or (`is_new`) another one beside it: too late, or the third time."""

    order: Order
    is_new: bool
    offer_complaint: bool


@dataclass(frozen=True)
class Rated:
    """`next_action`: none reopened new_order dissatisfied_follow_up; `other_order_no` is what came of it."""

    order: Order
    next_action: str
    other_order_no: str | None = None
    offer_complaint: bool = False


@dataclass(frozen=True)
class Outage:
    outage_no: str
    kind: str
    """fault planned temporary suspension"""
    status: str
    status_label: str
    community: str
    scope: str
    """Where, ready to say: `锦绣家园1–9栋`."""
    is_running: bool
    cause: str = ""
    households: int = 0
    crew_state: str = "none"
    """none assigned en_route on_site repairing done"""
    crew_state_label: str = ""
    crew_team: str = ""
    district: str = ""
    transformer_areas: tuple[str, ...] = ()
    buildings: tuple[tuple[int, int], ...] = ()
    started_at: datetime | None = None
    eta_restore_at: datetime | None = None
    """None: the cause is still being looked for; promise nothing."""
    eta_updated_at: datetime | None = None
    eta_age_min: int | None = None
    eta_confidence: str | None = None
    off_at: datetime | None = None
    on_at: datetime | None = None
    restored_at: datetime | None = None


@dataclass(frozen=True)
class Place:
    """A place that was recognised in what the customer said; `address` is what to write on an order."""

    name: str
    kind: str
    district: str
    area_kind: AreaKind
    transformer_area: str
    address: str
    building: int | None = None
    room: str | None = None
    score: float = 1.0
    """1 named outright, lower the more had to be guessed; below 0.9 ask back."""


@dataclass(frozen=True)
class Subscription:
    outage_no: str
    phone: str
    """Masked."""
    is_new: bool


class Ticketing(Protocol):
    async def open_fault_report(self, report: FaultReport, *, key: str) -> Order:
        """File a fault once. An open report of the same household within 24 hours is answered instead of a second
        one (`duplicate_of` set).

        Raises:
            TimedOut: outcome unknown even after a look-up by key.
            Malformed: a field is wrong, named in `context["fields"]`.
        """
        ...

    async def open_consult(self, consult: Consult, *, key: str) -> Order: ...

    async def open_order(self, order_type: str, fields: Mapping[str, Any], *, key: str) -> Order:
        """Any other order: apply complaint whistle_blow suggestion praise appointment callback (docs/orders.md)."""
        ...

    async def get_order(
        self, order_no: str, *, phone_last4: str | None = None, identity: IdentityProof | None = None
    ) -> Order:
        """Raises:
        NotAllowed: neither proof fits (`identity_required`). NotFound. TooMany: guessed too often.
        """
        ...

    async def list_orders(
        self,
        *,
        account_no: str | None = None,
        contact_phone: str | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        open_only: bool = False,
        order_type: str | None = None,
        limit: int = 5,
    ) -> Sequence[Order]:
        """Newest first; whistle-blowing is never among them. Same proofs as `get_order`."""
        ...

    async def staff_order(self, order_no: str) -> Mapping[str, Any]:
        """The whole record, nothing masked; for the desk only."""
        ...

    async def find_by_key(self, key: str) -> Order | None:
        """The order a key was used for, None when that write never happened."""
        ...

    async def act(
        self,
        order_no: str,
        event: str,
        *,
        key: str,
        role: str,
        actor: str,
        reason: str | None = None,
        data: Mapping[str, Any] | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
    ) -> Order:
        """One event of the order's state machine (`withdraw`, `said_yes`, `arrive` …). Role `customer` needs a proof.

        Raises:
            Conflict: not possible in this state (`event_not_allowed`) or a guard refuses (`guard_failed`).
        """
        ...

    async def urge(
        self,
        order_no: str,
        *,
        key: str,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        reason: str = "asking",
        note: str | None = None,
        hazard_kind: str = "none",
        is_life_support: bool = False,
    ) -> Urge:
        """Urge an open order. `hazard_kind` and `is_life_support` are what is new: they judge its priority anew.

        Raises:
            Conflict: it is finished (`order_finished`). Malformed: `worse` or `life_need` without a note.
        """
        ...

    async def reopen(
        self,
        order_no: str,
        *,
        key: str,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
        reason: str | None = None,
    ) -> Reopened:
        """It is not over. Raises Conflict when the order is not closed."""
        ...

    async def rate(
        self,
        order_no: str,
        score: int,
        *,
        key: str,
        is_solved: str | None = None,
        words: str | None = None,
        phone_last4: str | None = None,
        identity: IdentityProof | None = None,
    ) -> Rated:
        """Score a closed order, 5 very content … 1 not at all; `is_solved`: yes no partly."""
        ...

    async def outages(
        self,
        *,
        q: str | None = None,
        community: str | None = None,
        transformer_area: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Sequence[Outage]:
        """Running outages and those planned for the next 7 days (or from `since` to `until`); running first.

        `q` is free text: `锦绣家园12栋` finds only what covers that building. Nothing known: empty.
        """
        ...

    async def places(self, q: str, *, limit: int = 5) -> Sequence[Place]:
        """Places named in a text, best first; empty when none is known."""
        ...

    async def subscribe(self, outage_no: str, phone: str, *, key: str, channel: str = "sms") -> Subscription:
        """Tell this phone when the outage is over. Twice is once."""
        ...

    async def whistle_blow_progress(self, query_code: str) -> Mapping[str, Any]:
        """Status and conclusion for whoever holds the anonymous code. Raises NotFound."""
        ...

    async def aclose(self) -> None: ...
