"""What crosses the wire of payments."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Fen = Annotated[int, Field(gt=0, le=10**11)]
Ref = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
AccountNo = Annotated[str, Field(max_length=20)]
Badge = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
Channel = Literal[
    "door_collection", "counter", "bank_agency", "savings", "prepurchase", "self_service", "wechat_pay", "alipay", "app"
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewLink(_Strict):
    """`amount_fen` left out is all that is due; `phone` gets it by SMS; `conversation_id` is told when it is paid."""

    subject: Annotated[str, Field(min_length=1, max_length=200)]
    amount_fen: Fen | None = None
    phone: Annotated[str, Field(min_length=5, max_length=30)] | None = None
    conversation_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class OtherMoney(_Strict):
    """Money taken at a counter, a door, by transfer: `reference` is the receipt's or the bank's number."""

    channel: Channel
    reference: Ref
    account_no: AccountNo
    amount_fen: Fen
    paid_at: AwareDatetime
    taken_by: Badge


class Move(_Strict):
    account_no: AccountNo
    actor: Badge


class NewRefund(_Strict):
    amount_fen: Fen
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    asked_by: Badge
    payment_no: Ref | None = None


class Approval(_Strict):
    approved_by: Badge


class DayFile(_Strict):
    day: date
    text: Annotated[str, Field(max_length=20_000_000)]


class Collected(_Strict):
    """A bank's answer to what it was asked to collect: taken, or why not."""

    reference: Ref
    account_no: AccountNo
    amount_fen: Fen
    is_taken: bool
    problem: Annotated[str, Field(max_length=100)] | None = None


class Collection(_Strict):
    bank: Annotated[str, Field(min_length=1, max_length=40)]
    day: date
    items: Annotated[list[Collected], Field(min_length=1, max_length=10_000)]
