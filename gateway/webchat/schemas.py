"""The Conversation API on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.conversations.cleaning import MAX_CHARS
from gateway.conversations.schemas import Kind

Key = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class OpenRequest(BaseModel):
    """`channel` is `web`; in sample mode also `wechat`, `app`, `sms`. A `visitor_id` of 16 characters and more, known
    to the visitor alone, resumes that visitor's open conversation."""

    model_config = ConfigDict(extra="ignore")
    channel: Literal["web", "wechat", "app", "sms"] = "web"
    visitor_id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")] | None = None


class MessageIn(BaseModel):
    """One of `text`, `choice`, `digits`, under a `message_key` the client makes. The same key, the same answer."""

    model_config = ConfigDict(extra="ignore")
    message_key: Key
    text: Annotated[str, Field(max_length=MAX_CHARS)] | None = None
    choice: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    digits: Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[0-9*#]+$")] | None = None

    @model_validator(mode="after")
    def _one_input(self) -> MessageIn:
        if sum(value is not None for value in (self.text, self.choice, self.digits)) != 1:
            raise ValueError("give exactly one of text, choice, digits")
        return self

    @property
    def kind_and_value(self) -> tuple[Kind, str]:
        if self.choice is not None:
            return "choice", self.choice
        if self.digits is not None:
            return "digits", self.digits
        return "text", self.text or ""


class Part(BaseModel):
    """`text` has `text`; `choices` has `choices: [{id, label}]`; `card` has `card` (bill, order, outage) and `data`."""

    model_config = ConfigDict(extra="allow")
    kind: str


class MessageOut(BaseModel):
    model_config = ConfigDict(extra="allow")
    seq: int
    author: Literal["customer", "bot", "agent", "system"]
    at: str
    parts: list[Part]
    speech: str | None = None


class OpenedOut(BaseModel):
    conversation_id: str
    visitor_token: str
    owner: str
    messages: list[dict[str, Any]]
    expects: str


class TurnOut(BaseModel):
    """`done` false: the turn takes longer; what comes later is in the stream and under `?after=`."""

    seq: int
    owner: str
    messages: list[dict[str, Any]]
    expects: str
    done: bool


class AcceptedOut(BaseModel):
    seq: int


class MessagesOut(BaseModel):
    owner: str
    messages: list[dict[str, Any]]
    expects: str
    is_working: bool
