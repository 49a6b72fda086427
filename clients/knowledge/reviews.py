"""Which entries must their owner look at? Its turn comes, it ends soon, or it helped nobody three times running."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clients.knowledge.protocol import Entry, Review

UNHELPFUL_RUN = 3


@dataclass(frozen=True)
class Rated:
    """Marks since the entry was last changed."""

    useful: int = 0
    useless: int = 0
    is_unhelpful: bool = False

    @classmethod
    def of(cls, marks: Sequence[bool]) -> Rated:
        """`marks` oldest first."""
        last = marks[-UNHELPFUL_RUN:]
        return cls(sum(marks), len(marks) - sum(marks), len(last) == UNHELPFUL_RUN and not any(last))


def due(
    entries: Iterable[Entry], rated: Mapping[str, Rated], *, owner: str | None, today: date, until: date
) -> list[Review]:
    """What is due until that day, by owner, soonest first. What has ended is done with."""
    found = []
    for entry in entries:
        if (owner and entry.owner != owner) or (entry.valid_to and entry.valid_to < today):
            continue
        marks = rated.get(entry.id, Rated())
        if reasons := _reasons(entry, marks, until):
            found.append(_review(entry, reasons, marks))
    return sorted(found, key=lambda r: (r.owner, "unhelpful" not in r.reasons, _soonest(r), r.id))


def _reasons(entry: Entry, marks: Rated, until: date) -> tuple[str, ...]:
    named = {
        "unhelpful": marks.is_unhelpful,
        "expiry": entry.valid_to is not None and entry.valid_to <= until,
        "review": entry.review_by is not None and entry.review_by <= until,
    }
    return tuple(name for name, holds in named.items() if holds)


def _review(entry: Entry, reasons: tuple[str, ...], marks: Rated) -> Review:
    return Review(
        id=entry.id,
        question=entry.question,
        owner=entry.owner,
        reasons=reasons,
        review_by=entry.review_by,
        valid_to=entry.valid_to,
        useful=marks.useful,
        useless=marks.useless,
    )


def _soonest(review: Review) -> date:
    return min(review.review_by or date.max, review.valid_to or date.max)
