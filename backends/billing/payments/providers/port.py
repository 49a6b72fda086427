"""What a payment provider does for us. No card number ever passes here: the customer pays at the provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Order:
    """What is asked for. `order_ref` is ours (the link's id) and comes back in the notification."""

    order_ref: str
    amount_fen: int
    what: str
    expires_at: datetime
    notify_url: str
    return_url: str


@dataclass(frozen=True)
class Asked:
    """A request as the provider wants it: where to, what, signed."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Told:
    """A notification, its signature checked. `provider_ref` is the provider's own number of the payment."""

    provider_ref: str
    order_ref: str
    amount_fen: int
    paid_at: datetime
    is_paid: bool


@dataclass(frozen=True)
class Listed:
    """A row of a day file."""

    provider_ref: str
    order_ref: str
    amount_fen: int
    paid_at: datetime


@dataclass(frozen=True)
class Answer:
    """What the provider wants to hear back."""

    status: int
    media_type: str
    body: bytes


class Provider(Protocol):
    """`channel` is the `pay_channel` of domain/billing.md 3.1."""

    name: str
    channel: str

    def ask(self, order: Order) -> Asked:
        """The request that opens the payment page of an order."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes) -> Told:
        """Raises BadSignature, Malformed."""
        ...

    def answer(self, problem: str | None) -> Answer: ...

    def read_day_file(self, text: str) -> Sequence[Listed]:
        """Raises Malformed: a row that cannot be read, by its number."""
        ...

    def ask_refund(self, *, refund_no: str, provider_ref: str, amount_fen: int, of_fen: int) -> Asked:
        """The request that gives a payment back, whole or in part."""
        ...
