"""The port to the doors a notice leaves by: sms, phone, wechat, app, email, web_chat. Doors implement `Channel`.

`use(name, channel)` puts a door behind its name. Outside production a name nobody has implemented is the recording
double; in production it is nobody, and the notice goes by SMS or is suppressed: nothing pretends to have been sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from kernel.errors import Rejected

FALLBACK = "sms"
# What cannot carry a notice itself: whoever came this way is told by SMS.
_BY_SMS = frozenset({"counter", "on_site", "letter", "system", "agency", "phone"})


@dataclass(frozen=True)
class Outgoing:
    """One delivery as a door gets it. `delivery_id`: the same id again is the same message, never a second one."""

    delivery_id: str
    channel: str
    kind: str
    phone: str
    text: str
    speech: str
    account_no: str | None = None
    order_no: str | None = None


@dataclass(frozen=True)
class Receipt:
    """`reference` is the door's own name for it; `sent` until the far end says `delivered`."""

    reference: str
    state: Literal["sent", "delivered"] = "sent"


class Channel(Protocol):
    async def send(self, delivery: Outgoing) -> Receipt:
        """Idempotent by `delivery_id`.

        Raises:
            NotReachable: this person not by this door; another door is tried.
            TimedOut: outcome unknown; `look_up` is asked before it is sent again.
            Unavailable: nothing was sent; tried again later.
        """
        ...

    async def look_up(self, delivery_id: str) -> Receipt | None:
        """What became of it; None when the door never got it. Raises Unavailable."""
        ...


class NotReachable(Rejected):
    """Not by this door: no such number, not following the account, mailbox unknown."""

    code = "not_reachable"


def first_choice(came_from: str, *, rings: bool) -> str:
    """The door of a customer who came by this channel: their own, except that a phone rings only for what asks."""
    if came_from == "phone" and rings:
        return "phone"
    return FALLBACK if came_from in _BY_SMS else came_from


_channels: dict[str, Channel] = {}


def use(name: str, channel: Channel | None) -> None:
    """Put a door behind a name; None takes it away."""
    if channel is None:
        _channels.pop(name, None)
    else:
        _channels[name] = channel


def of(name: str, otherwise: Channel | None = None) -> Channel | None:
    return _channels.get(name, otherwise)
