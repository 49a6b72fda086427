"""What may be sent to file an order, one model a type; an unknown or wrong field is refused by name (422)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from backends.ticketing.fields import (
    AccountNo,
    Last4,
    Line,
    Moment,
    Names,
    Phone,
    Strict,
    Text500,
    Text1000,
    Word,
    clean,
    maybe,
)
from backends.ticketing.work_orders.details import (
    ApplyType,
    AppointmentDetails,
    ComplaintClass,
    FaultReportDetails,
    FollowUpDetails,
    Material,
    Position,
    Slot,
    SuggestionDetails,
    WhistleBlowDetails,
    WhistleClass,
)

Channel = Literal["phone", "wechat", "web_chat", "sms", "email", "app", "counter", "on_site", "letter", "system"]
AreaKind = Literal["urban", "rural", "remote"]
IdentityLevel = Literal["L0", "L1", "L2", "L3"]
YesNo = Literal["yes", "no", "unknown"]
Category = Literal[
    "residential", "non_residential", "commercial", "general_industrial", "large_industrial", "agricultural",
    "wholesale",
]  # fmt: skip
UserKind = Literal["临时性", "季节性", "重要客户"]
ReplyForm = Literal["on_call", "phone", "sms", "email", "wechat", "letter"]


def _of(model: Any, name: str) -> Any:
    return model.model_fields[name].annotation


Symptom = _of(FaultReportDetails, "symptom")
HazardKind = _of(FaultReportDetails, "hazard_kind")
CriticalUserKind = _of(FaultReportDetails, "critical_user_kind")
Service = _of(AppointmentDetails, "service")
SuggestionArea = _of(SuggestionDetails, "suggestion_area")
TheftAct = _of(WhistleBlowDetails, "theft_act")
UnsatisfiedReason = _of(FollowUpDetails, "unsatisfied_reason")
Topic = Literal[
    "tariff_policy", "bill", "usage", "balance", "outage", "order_status", "procedure", "metering", "contract",
    "safety", "saving", "subsidy", "market", "branch", "bill_dispute", "payment_missing", "callback",
]  # fmt: skip


class _New(Strict):
    """Common to every order that is filed. `summary` is made from the type's own fields when it is left out."""

    channel: Channel = "web_chat"
    received_at: maybe(Moment) = None  # type: ignore[valid-type]
    caller_phone: maybe(Phone) = None  # type: ignore[valid-type]
    account_no: maybe(AccountNo) = None  # type: ignore[valid-type]
    contact_name: maybe(Word) = None  # type: ignore[valid-type]
    contact_phone: maybe(Phone) = None  # type: ignore[valid-type]
    address: maybe(Line) = None  # type: ignore[valid-type]
    community: maybe(Word) = None  # type: ignore[valid-type]
    transformer_area: maybe(Word) = None  # type: ignore[valid-type]
    area_kind: AreaKind | None = None
    summary: maybe(Line) = None  # type: ignore[valid-type]
    identity_level: IdentityLevel = "L0"
    category: Category | None = None
    user_kind: UserKind | None = None
    related_order_nos: Names = Field(default_factory=list)
    attachment_keys: Names = Field(default_factory=list)


class About(_New):
    """What an order about another order is filed with: everything is known already."""


class NewFaultReport(_New):
    order_type: Literal["fault_report"]
    symptom: Symptom = "all_out"  # type: ignore[valid-type]
    hazard_kind: HazardKind = "none"  # type: ignore[valid-type]
    is_neighbour_out: YesNo = "unknown"
    is_breaker_tripped: YesNo = "unknown"
    landmark: maybe(Line) = None  # type: ignore[valid-type]
    pole_no: maybe(Word) = None  # type: ignore[valid-type]
    critical_user_kind: CriticalUserKind = "none"  # type: ignore[valid-type]
    is_life_support: bool = False
    position: Position | None = None
    join_outage: maybe(Word) = None  # type: ignore[valid-type]


class NewConsult(_New):
    order_type: Literal["consult"]
    topic: Topic = "procedure"
    question: Text500
    reply_form: ReplyForm = "phone"
    needs_follow_up: bool = False


class NewCallback(_New):
    """A wish to be called back: becomes a consultation with topic `callback`."""

    order_type: Literal["callback"]
    question: Text500 = "请回电"
    preferred_time: maybe(Word) = None  # type: ignore[valid-type]


class NewApply(_New):
    order_type: Literal["apply"]
    apply_type: ApplyType
    applicant_name: maybe(Line) = None  # type: ignore[valid-type]
    owner_id_no: maybe(Word) = None  # type: ignore[valid-type]
    credit_code: maybe(Word) = None  # type: ignore[valid-type]
    requested_kw: Annotated[Decimal, Field(gt=0, le=100_000)] | None = None
    requested_kva: Annotated[int, Field(gt=0, le=1_000_000)] | None = None
    voltage: Literal["lt1kv", "10kv", "35kv"] | None = None
    materials: Annotated[list[Material], Field(max_length=20)] = Field(default_factory=list)
    note: maybe(Text500) = None  # type: ignore[valid-type]


class NewComplaint(_New):
    order_type: Literal["complaint"]
    complaint_class: ComplaintClass = "other"
    severity: Literal["normal", "major"] = "normal"
    what_happened: Text1000
    happened_at: maybe(Moment) = None  # type: ignore[valid-type]
    staff_or_team: maybe(Line) = None  # type: ignore[valid-type]
    expectation: maybe(Text500) = None  # type: ignore[valid-type]
    wants_reply: bool = True


class NewWhistleBlow(_New):
    """`contact_name` and `contact_phone` go to the sealed store and are never shown."""

    order_type: Literal["whistle_blow"]
    whistle_class: WhistleClass = "other"
    theft_act: TheftAct = None  # type: ignore[valid-type]
    what: Text1000
    where: Text500
    when_seen: maybe(Line) = None  # type: ignore[valid-type]
    is_anonymous: bool = True


class NewSuggestion(_New):
    order_type: Literal["suggestion"]
    content: Text1000
    suggestion_area: SuggestionArea = "other"  # type: ignore[valid-type]


class NewPraise(_New):
    order_type: Literal["praise"]
    content: Text1000
    praised_staff: Line = "待核实"


class NewAppointment(_New):
    order_type: Literal["appointment"]
    service: Service = "at_home"  # type: ignore[valid-type]
    preferred_slot: Slot | None = None
    note: maybe(Text500) = None  # type: ignore[valid-type]


NewOrder = Annotated[
    NewFaultReport
    | NewConsult
    | NewCallback
    | NewApply
    | NewComplaint
    | NewWhistleBlow
    | NewSuggestion
    | NewPraise
    | NewAppointment,
    Field(discriminator="order_type"),
]


FILED: dict[str, type[_New]] = {
    "fault_report": NewFaultReport,
    "consult": NewConsult,
    "callback": NewCallback,
    "apply": NewApply,
    "complaint": NewComplaint,
    "whistle_blow": NewWhistleBlow,
    "suggestion": NewSuggestion,
    "praise": NewPraise,
    "appointment": NewAppointment,
}


class NewEvent(Strict):
    """`data` fills fields of the order's own type (checked against its model) or `attachment_keys`, `owner`. `channel`
    is how a customer said it."""

    event: Word
    role: Word
    actor: Word
    reason: maybe(Text500) = None  # type: ignore[valid-type]
    data: dict[Annotated[str, Field(max_length=64)], Any] = Field(default_factory=dict, max_length=40)
    channel: Channel | None = None
    phone_last4: Last4 | None = None
    if_version: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None


class NewUrge(Strict):
    """`worse` and `life_need` say what is new in `worse_note`; what makes it more urgent by rule (a hazard, equipment
    that keeps somebody alive) judges the priority of a fault report anew."""

    reason: Literal["overdue", "worse", "life_need", "asking", "other"] = "asking"
    worse_note: maybe(Text500) = None  # type: ignore[valid-type]
    hazard_kind: HazardKind = "none"  # type: ignore[valid-type]
    is_life_support: bool = False
    channel: Channel | None = None
    phone_last4: Last4 | None = None


class NewReopening(Strict):
    """The customer says that it is not over."""

    reason: maybe(Text500) = None  # type: ignore[valid-type]
    channel: Channel | None = None
    phone_last4: Last4 | None = None


class NewRating(Strict):
    """5 very content … 1 not at all; `is_solved` decides whether a low score means that it goes on."""

    score: Annotated[int, Field(ge=1, le=5)]
    is_solved: Literal["yes", "no", "partly"] | None = None
    unsatisfied_reason: UnsatisfiedReason = None  # type: ignore[valid-type]
    words: maybe(Text500) = None  # type: ignore[valid-type]
    channel: Channel | None = None
    phone_last4: Last4 | None = None


CleanQuery = Annotated[str, BeforeValidator(clean)]
