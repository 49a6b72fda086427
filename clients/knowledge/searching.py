"""Entries and the index over them: what both the store and the knowledge in memory answer with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import numpy as np

from clients.knowledge.entries import FOLDER
from clients.knowledge.protocol import Answer, Audience, Entry, Found
from clients.knowledge.search import Document, Index, decide
from clients.knowledge.search.standard import standard
from clients.knowledge.search.vectors import VectorStore

CANDIDATES = 3  # the margin rule looks at as many, however few are asked for


class Searcher:
    """One state of the knowledge, unchangeable. Building it computes no vector: `vectors.learn` does.

    Args:
        entries: all of them; the day and the audience of each search decide who may speak.
    """

    def __init__(self, entries: Iterable[Entry], vectors: VectorStore) -> None:
        self.entries = {entry.id: entry for entry in entries}
        documents = [Document(e.id, e.wordings, e.answer_text) for e in self.entries.values()]
        self._index = Index(documents, vectors, elsewhere())

    def search(self, question: str, *, limit: int, on: date, audience: Audience) -> Found:
        """At most a few tens of milliseconds, nearly all of it the sentence vector: call it in a thread."""
        if not question.strip() or not self.entries:
            return Found()
        may_speak = [e.is_in_force(on) and audience in ("agent", e.audience) for e in self.entries.values()]
        ranked = self._index.rank(question, among=np.array(may_speak), limit=max(limit, CANDIDATES))
        shown = zip(ranked.ids[:limit], ranked.scores, strict=False)
        return Found(tuple(_answer(self.entries[entry_id], score) for entry_id, score in shown), decide(ranked))


def texts_of(entries: Iterable[Entry]) -> list[str]:
    """Every text that wants a vector: of these entries, and the questions that are no business of ours."""
    texts = [*(text for entry in entries for text in (*entry.wordings, entry.answer_text)), *elsewhere()]
    return list(dict.fromkeys(map(standard, texts)))


@lru_cache(maxsize=1)
def elsewhere() -> tuple[str, ...]:
    """Questions that belong to somebody else (water, broadband, the weather), one a line."""
    return tuple((FOLDER / "elsewhere.txt").read_text(encoding="utf-8").split())


def _answer(entry: Entry, score: float) -> Answer:
    return Answer(
        id=entry.id,
        score=round(min(max(score, 0.0), 1.0), 4),
        question=entry.question,
        answer_text=entry.answer_text,
        answer_voice=entry.answer_voice,
        topic=entry.topic,
        next_action=entry.next_action,
        related=entry.related,
        source=entry.source,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
    )
