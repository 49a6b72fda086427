"""What the house asks of the knowledge, and what a keeper of it may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

Decision = Literal["answer", "ask", "unsure"]
Audience = Literal["customer", "agent"]
UnansweredState = Literal["open", "answered", "dismissed"]


@dataclass(frozen=True)
class Entry:
    """One dated answer.

    Attributes:
        variants: other wordings, shown to keepers; `paraphrases`: more of them, only searched.
        answer_voice: for the ear: at most 70 characters, no Latin letters, digits or symbols.
        valid_from, valid_to: days in Shanghai, both inclusive; None is open.
        owner: the post that answers for it; `review_by`: the day by which that post looks at it again.
        next_action: the intent one would go on with, or None.
        version: 0 for one that was never stored.
    """

    id: str
    topic: str
    question: str
    answer_text: str
    answer_voice: str
    variants: tuple[str, ...] = ()
    paraphrases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    audience: Audience = "customer"
    owner: str = ""
    source: str = ""
    related: tuple[str, ...] = ()
    next_action: str | None = None
    review_by: date | None = None
    version: int = 0

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every way of asking for it that is known."""
        return (self.question, *self.variants, *self.paraphrases)

    def is_in_force(self, day: date) -> bool:
        """Both ends belong to the span."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Answer:
    """One entry with how well it fits (0 to 1)."""

    id: str
    score: float
    question: str
    answer_text: str
    answer_voice: str
    topic: str = ""
    next_action: str | None = None
    related: tuple[str, ...] = ()
    source: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Found:
    """`answer`: the first result stands clear of the others; `ask`: some are close; `unsure`: nothing fits."""

    results: Sequence[Answer] = field(default_factory=tuple)
    decision: Decision = "unsure"


@dataclass(frozen=True)
class Change:
    """Who changes an entry and why; kept with every version."""

    by: str
    reason: str


@dataclass(frozen=True)
class Version:
    """How an entry stood after one change."""

    entry: Entry
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Unanswered:
    """A question nobody could answer, masked, asked `count` times."""

    id: str
    question: str
    count: int
    last_asked_at: datetime
    state: UnansweredState = "open"


@dataclass(frozen=True)
class Review:
    """An entry its owner must look at: `reasons` of `review` (its turn), `expiry` (ends soon), `unhelpful`."""

    id: str
    question: str
    owner: str
    reasons: tuple[str, ...]
    review_by: date | None
    valid_to: date | None
    useful: int = 0
    useless: int = 0


class Knowledge(Protocol):
    """Every write carries a key: the same key again changes nothing and answers the same."""

    async def search(
        self, question: str, *, limit: int = 3, on: date | None = None, audience: Audience = "customer"
    ) -> Found:
        """Entries in force on that day (default today), best first. What has expired is never given.

        Args:
            audience: `agent` sees what is for agents as well.

        Raises:
            Unavailable: the knowledge does not answer.
        """
        ...

    async def entry(self, entry_id: str) -> Entry:
        """Raises NotFound."""
        ...

    async def put(self, entry: Entry, *, change: Change, key: str) -> Entry:
        """Add or replace an entry; it is searched for at once.

        Raises:
            EntryNotFit: a rule for entries is broken (too long, a digit for the ear, a wording of another entry …).
            VersionConflict: `entry.version` is neither 0 nor the present one.
        """
        ...

    async def expire(self, entry_id: str, *, last_day: date, change: Change, key: str) -> Entry:
        """Let it speak until the end of `last_day`. Raises NotFound."""
        ...

    async def versions(self, entry_id: str) -> Sequence[Version]:
        """Newest first. Raises NotFound."""
        ...

    async def rate(self, entry_id: str, *, is_useful: bool, key: str) -> None:
        """有用 or 无用, once a key. Raises NotFound."""
        ...

    async def note_unanswered(self, question: str, *, key: str) -> Unanswered:
        """Keep a question nobody could answer; personal data is masked before it is kept."""
        ...

    async def unanswered(self, *, state: UnansweredState = "open", limit: int = 50) -> Sequence[Unanswered]:
        """The most asked first."""
        ...

    async def settle_unanswered(self, unanswered_id: str, *, state: UnansweredState, key: str) -> Unanswered:
        """Mark it answered or dismissed. Raises NotFound."""
        ...

    async def due_for_review(self, *, owner: str | None = None, within_days: int = 15) -> Sequence[Review]:
        """Entries whose turn comes, that end, or that three times running helped nobody; by owner, soonest first."""
        ...
