"""What the house asks of the knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

Decision = Literal["answer", "ask", "unsure"]


@dataclass(frozen=True)
class Answer:
    """One entry with how well it fits (0 to 1); `answer_voice` has no digits, letters or symbols."""

    id: str
    score: float
    question: str
    answer_text: str
    answer_voice: str
    topic: str = ""
    next_action: str | None = None
    related: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """`answer`: the first result stands clear of the others; `ask`: two are close; `unsure`: nothing fits."""

    results: Sequence[Answer] = field(default_factory=tuple)
    decision: Decision = "unsure"


class Knowledge(Protocol):
    async def search(self, question: str, *, limit: int = 3, on: date | None = None) -> Found:
        """Entries in force on that day (default today), best first. What has expired is never given.

        Raises:
            Unavailable: the knowledge does not answer.
        """
        ...
