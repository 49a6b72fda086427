"""What a customer, or the person who called them, may say about power being back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from backends.ticketing.fields import Last4, Phone, Strict, Word, maybe
from backends.ticketing.work_orders.schemas import Channel

OrderNumber = Annotated[str, Field(max_length=20, pattern=r"^GZ[0-9]{12,16}$")]


class ShortAnswer(Strict):
    """`1` is yes and `2` is no, as the question says. Either the order with the phone's last four digits, or the whole
    phone as the door knows it (a text message proves its sender): then the order asked about last is meant."""

    answer: Literal["yes", "no", "1", "2"]
    order_no: maybe(OrderNumber) = None  # type: ignore[valid-type]
    phone_last4: maybe(Last4) = None  # type: ignore[valid-type]
    phone: maybe(Phone) = None  # type: ignore[valid-type]
    channel: Channel = "sms"

    @model_validator(mode="after")
    def _says_which(self) -> ShortAnswer:
        if not (self.phone or (self.order_no and self.phone_last4)):
            raise ValueError("which order: order_no with phone_last4, or phone")
        return self

    @property
    def is_yes(self) -> bool:
        return self.answer in ("yes", "1")


class CallResult(Strict):
    """What came of a person's call."""

    result: Literal["yes", "no", "no_answer"]
    actor: Word
