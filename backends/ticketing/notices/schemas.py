"""What may be sent about notices, and how they are shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backends.ticketing.fields import AccountNo, Last4, Line, Moment, Phone, Strict, Text500, Word, maybe
from backends.ticketing.notices.models import AreaSubscription, Notice
from backends.ticketing.work_orders.views import iso
from kernel import masking

AnnouncedKind = Literal[
    "safety", "planned_outage", "temporary_outage", "sudden_outage", "eta_change", "outage_changed", "outage_delayed",
    "outage_cancelled", "restoration", "information", "care", "arrears_reminder", "arrears_stop_notice",
    "arrears_stop_soon", "reconnected",
]  # fmt: skip
NoticeChannel = Literal["phone", "wechat", "web_chat", "sms", "email", "app"]
Topic = Literal["outage", "information", "care"]
_Building = Annotated[int, Field(ge=1, le=9999)]


class NewAnnouncement(Strict):
    """A draft. Of an outage (`outage_no`), of places, or to a list that is given afterwards.

    `message` is the sentence itself for safety, information and care; `announcement` kinds about power are worded from
    `off_at`, `on_at`, `eta_restore_at`, `reason_public`. `follows` names an announcement whose audience this one gets,
    exactly: for what has been changed, delayed or called off.
    """

    kind: AnnouncedKind
    outage_no: maybe(Word) = None  # type: ignore[valid-type]
    follows: maybe(Word) = None  # type: ignore[valid-type]
    communities: Annotated[list[Word], Field(max_length=200)] = Field(default_factory=list)
    transformer_areas: Annotated[list[Word], Field(max_length=200)] = Field(default_factory=list)
    buildings: Annotated[list[tuple[_Building, _Building]], Field(max_length=50)] = Field(default_factory=list)
    message: maybe(Annotated[Line, Field(max_length=100)]) = None  # type: ignore[valid-type]
    reason_public: maybe(Line) = None  # type: ignore[valid-type]
    off_at: maybe(Moment) = None  # type: ignore[valid-type]
    on_at: maybe(Moment) = None  # type: ignore[valid-type]
    eta_restore_at: maybe(Moment) = None  # type: ignore[valid-type]
    send_at: maybe(Moment) = None  # type: ignore[valid-type]
    actor: Word


class Household(Strict):
    """One entry of a list. `fills` are the words that differ: `amount`, `due_on`, `account_last4`…"""

    phone: maybe(Phone) = None  # type: ignore[valid-type]
    account_no: maybe(AccountNo) = None  # type: ignore[valid-type]
    channel: NoticeChannel = "sms"
    is_critical: bool = False
    is_life_support: bool = False
    fills: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,30}$")], Line], Field(max_length=10)] = Field(
        default_factory=dict
    )


class Households(Strict):
    households: Annotated[list[Household], Field(min_length=1, max_length=10_000)]


class Approval(Strict):
    """`authority_receipt`: where the power authority acknowledged that critical users are to be cut off."""

    actor: Word
    authority_receipt: maybe(Word) = None  # type: ignore[valid-type]


class Cancellation(Strict):
    actor: Word
    reason: Text500


class DoorReceipt(Strict):
    """What a door hears later. `confirmed`: the person said that they know."""

    state: Literal["delivered", "failed", "confirmed"]
    reason: maybe(Word) = None  # type: ignore[valid-type]


class NewAreaSubscription(Strict):
    """For a place (`address`, `community` or `transformer_area`), which `account_no` may belong to. `consent` says who
    asked them."""

    phone: Phone
    topic: Topic = "outage"
    channel: NoticeChannel = "sms"
    address: maybe(Line) = None  # type: ignore[valid-type]
    community: maybe(Word) = None  # type: ignore[valid-type]
    transformer_area: maybe(Word) = None  # type: ignore[valid-type]
    account_no: maybe(AccountNo) = None  # type: ignore[valid-type]
    agreed: Literal[True]
    consent: Literal["bot", "desk", "counter", "app", "web"] = "bot"


class EndSubscription(Strict):
    phone_last4: Last4 | None = None


class Declining(Strict):
    """`is_declined` false takes it back."""

    phone: Phone
    phone_last4: Last4 | None = None
    is_declined: bool = True


def view(notice: Notice) -> dict[str, Any]:
    return {
        "notice_id": notice.notice_id,
        "kind": notice.kind,
        "status": notice.status,
        "order_no": notice.order_no,
        "outage_no": notice.outage_no,
        "follows": notice.follows,
        "text": notice.text,
        "speech": notice.speech,
        "area": notice.audience,
        "created_by": notice.created_by,
        "created_at": iso(notice.created_at),
        "approved_by": notice.approved_by,
        "approved_at": iso(notice.approved_at),
        "send_at": iso(notice.send_at),
        "queued_at": iso(notice.queued_at),
        "cancelled_by": notice.cancelled_by,
        "cancelled_at": iso(notice.cancelled_at),
        "cancel_reason": notice.cancel_reason,
    }


def view_subscription(found: AreaSubscription) -> dict[str, Any]:
    return {
        "subscription_id": found.id,
        "phone": masking.mask_phone(found.phone),
        "topic": found.topic,
        "channel": found.channel,
        "community": found.community,
        "transformer_area": found.transformer_area,
        "building": found.building,
        "account_no": masking.mask_account_no(found.account_no) if found.account_no else None,
        "agreed_at": iso(found.agreed_at),
        "ended_at": iso(found.ended_at),
    }
