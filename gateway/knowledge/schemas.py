"""What crosses the wire of /v1/knowledge, with its limits."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from clients.knowledge.entries import (
    LONGEST_TEXT,
    LONGEST_VOICE,
    LONGEST_WORDING,
    MOST_WORDINGS,
    entry_of,
)
from clients.knowledge.protocol import Change, Entry

Wording = Annotated[str, Field(min_length=1, max_length=LONGEST_WORDING)]
EntryId = Annotated[str, Field(max_length=40, pattern=r"^[a-z]+-[0-9]{3,6}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Result(BaseModel):
    id: str
    score: float
    question: str
    answer_text: str
    answer_voice: str
    topic: str
    next_action: str | None
    related: list[str]
    source: str
    valid_from: date | None
    valid_to: date | None


class Search(BaseModel):
    """`decision`: `answer` when the first stands clear, `ask` when several are close, `unsure` when none fits."""

    results: list[Result]
    decision: Literal["answer", "ask", "unsure"]


class ChangeBody(_Body):
    by: Annotated[str, Field(min_length=1, max_length=60)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]

    def change(self) -> Change:
        return Change(self.by, self.reason)


class EntryBody(_Body):
    id: EntryId
    topic: Annotated[str, Field(min_length=1, max_length=40)]
    question: Wording
    variants: Annotated[list[Wording], Field(max_length=MOST_WORDINGS)] = []
    paraphrases: Annotated[list[Wording], Field(max_length=MOST_WORDINGS)] = []
    answer_text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    answer_voice: Annotated[str, Field(min_length=1, max_length=LONGEST_VOICE)]
    valid_from: date | None = None
    valid_to: date | None = None
    audience: Literal["customer", "agent"] = "customer"
    owner: Annotated[str, Field(max_length=40)] = ""
    source: Annotated[str, Field(max_length=200)] = ""
    related: Annotated[list[EntryId], Field(max_length=10)] = []
    next_action: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+$")] | None = None
    review_by: date | None = None
    version: Annotated[int, Field(ge=0)] = 0
    change: ChangeBody

    def entry(self) -> Entry:
        return entry_of(self.model_dump(exclude={"change"}))


class Expiry(_Body):
    last_day: date
    change: ChangeBody


class Rating(_Body):
    is_useful: bool


class Asked(_Body):
    question: Annotated[str, Field(min_length=1, max_length=500)]


class Settled(_Body):
    state: Literal["open", "answered", "dismissed"]


class Items(BaseModel):
    items: list[dict[str, Any]]
