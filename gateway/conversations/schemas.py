"""What crosses the wire of the conversation core: in from doors, out to doors and the desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from gateway.conversations.states import Owner

Kind = Literal["start", "text", "choice", "digits", "silence", "resume"]
Author = Literal["customer", "bot", "agent", "system"]


@dataclass(frozen=True)
class OpenConversation:
    """Ask for a conversation.

    Args:
        channel: web, wechat, app, sms or phone.
        visitor_id: who comes; an open conversation of the same visitor on the same channel is resumed when `resume`.
        caller_phone: the number that calls, a hint only and never a proof.
        key: the provider's id of the contact (a call's id): the same key gives the same conversation.
        start: queue the bot's greeting; a door that greets by itself says False.
    """

    channel: str
    visitor_id: str | None = None
    caller_phone: str | None = None
    key: str | None = None
    resume: bool = False
    start: bool = True


@dataclass(frozen=True)
class Inbound:
    """One thing the customer did. The same `message_key` in a conversation has the same answer.

    Args:
        kind: text, choice (the id of an offered one), digits (keys pressed) or silence.
        at: when, aware; None is now.
    """

    conversation_id: str
    message_key: str
    kind: Kind
    value: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Message:
    """One entry of the transcript; `speech` is absent when the text can be spoken as it is."""

    seq: int
    author: Author
    at: datetime
    parts: tuple[dict[str, Any], ...]
    speech: str | None = None
    author_name: str | None = None
    reply_to: int | None = None
    is_secret: bool = False

    @property
    def text(self) -> str:
        return "\n".join(p["text"] for p in self.parts if p.get("kind") == "text")

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "seq": self.seq,
            "author": self.author,
            "at": self.at.isoformat(timespec="milliseconds"),
            "parts": list(self.parts),
        }
        optional = {"speech": self.speech, "author_name": self.author_name, "reply_to": self.reply_to}
        return body | {k: v for k, v in optional.items() if v is not None}


@dataclass(frozen=True)
class Draft:
    """A message before it has a place in the transcript."""

    author: Author
    parts: tuple[dict[str, Any], ...]
    speech: str | None = None
    author_name: str | None = None


def text_draft(author: Author, text: str, speech: str | None = None, *, author_name: str | None = None) -> Draft:
    return Draft(author, ({"kind": "text", "text": text},), speech, author_name)


@dataclass(frozen=True)
class Opened:
    """`seq` is the greeting's turn to wait for; None when nothing was queued (resumed, or no greeting asked)."""

    conversation_id: str
    seq: int | None
    owner: Owner
    is_new: bool


@dataclass(frozen=True)
class Accepted:
    """Written to PostgreSQL; `seq` is the message's place and the turn to wait for."""

    seq: int
    is_new: bool = True


@dataclass(frozen=True)
class Turn:
    """What a turn brought so far. `done` False: still being worked on, ask again or follow the stream."""

    seq: int
    owner: Owner
    messages: tuple[Message, ...]
    expects: str
    done: bool


@dataclass(frozen=True)
class MessagesAfter:
    owner: Owner
    messages: tuple[Message, ...]
    expects: str = "free"
    is_working: bool = False


@dataclass(frozen=True)
class Contact:
    """An agent as the conversation core knows one."""

    agent_id: str
    name: str = ""


@dataclass(frozen=True)
class Waiting:
    """One row of who waits or is being served; nothing masked, the desk masks."""

    conversation_id: str
    channel: str
    owner: Owner
    reason: str
    skill: str
    summary: str
    emergency: str | None
    waiting_since: datetime
    agent_id: str | None
    last_text: str
    caller_phone: str | None
    place: int | None = None


@dataclass(frozen=True)
class Overview:
    """All the desk shows beside a transcript."""

    conversation_id: str
    channel: str
    owner: Owner
    agent_id: str | None
    reason: str | None
    skill: str | None
    summary: str | None
    emergency: str | None
    identity_level: str
    account_last4: str | None
    caller_phone: str | None
    opened_at: datetime
    waiting_since: datetime | None
    learnt: dict[str, Any] = field(default_factory=dict)
    changes: tuple[dict[str, Any], ...] = ()
    expects: str = "free"
