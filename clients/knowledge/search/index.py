"""The ranker: similar wordings found first, then a small classifier learnt from just these.

For each question the nearest wordings are taken and a ridge regression over the entries they belong to is solved on
them (a hundred rows: 1–2 ms). Nothing is trained ahead, so an edited entry counts from the next question on; against
a classifier over all wordings it loses nothing (ADR 0037).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from clients.knowledge.search.features import LONGEST
from clients.knowledge.search.lexicon import Lexicon
from clients.knowledge.search.standard import standard
from clients.knowledge.search.vectors import VectorStore

Floats = NDArray[np.float32]

# Chosen on tests/data/knowledge_dev.yml.
NEAREST = 150  # wordings the classifier learns from
RIDGE = 1.0
MEANING = 0.75  # weight of the sentence vectors beside the signs
BY_NEAREST = 0.5  # weight of the single most similar wording beside the classifier
BY_ANSWER = 0.2  # weight of each likeness to the answer's text


@dataclass(frozen=True)
class Document:
    """What of an entry is searched."""

    id: str
    wordings: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Ranked:
    """Entry ids with their scores, best first.

    Attributes:
        likeness: the best cosine of any wording (0 to 1).
        elsewhere: the score of questions that are no business of ours.
    """

    ids: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()
    likeness: tuple[float, ...] = ()
    elsewhere: float = 0.0


@dataclass(frozen=True)
class _Rows:
    """All texts: the wordings entry by entry, then the answers."""

    texts: list[str]
    owner: NDArray[np.int64] = field(repr=False)  # (wordings,) index of the entry
    first: NDArray[np.int64] = field(repr=False)  # (entries,) row of its first wording


def _rows_of(documents: Sequence[Document]) -> _Rows:
    wordings = [list(dict.fromkeys(map(standard, document.wordings))) for document in documents]
    counts, texts = [len(each) for each in wordings], [words for each in wordings for words in each]
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    owner = np.repeat(np.arange(len(documents)), counts)
    return _Rows([*texts, *(standard(document.answer) for document in documents)], owner, first)


class Index:
    """An unchangeable index; building one over known vectors takes about a tenth of a second.

    Args:
        documents: each with at least one wording.
        vectors: whose vectors are used; wordings it does not know are compared by signs alone.
        elsewhere: questions that nobody here answers; they compete with the entries, so that 宽带怎么报修 is refused.
    """

    def __init__(self, documents: Sequence[Document], vectors: VectorStore, elsewhere: Sequence[str] = ()) -> None:
        self.documents = tuple(documents)
        competing = [*documents, Document("", tuple(elsewhere), "")] if elsewhere else documents
        self._rows = _rows_of(competing)
        self._lexicon = Lexicon(self._rows.texts)
        self._encode = vectors.encode
        raw, self._known = vectors.of(self._rows.texts)
        some = raw[self._known]
        # What all sentences share says nothing; without it cosines of e5 spread from 0.8–0.9 to 0–0.9.
        self._centre = some.mean(axis=0) if len(some) else np.zeros(raw.shape[1], dtype=np.float32)
        self._vectors = _unit(raw - self._centre) * self._known[:, None]

    def rank(self, question: str, *, among: NDArray[np.bool_], limit: int) -> Ranked:
        """The best entries.

        Args:
            among: (entries,) which may be answered today.
        """
        if not among.any():
            return Ranked()
        ours = len(self.documents)
        among = np.concatenate([among, np.ones(len(self._rows.first) - ours, dtype=np.bool_)])
        question = standard(question[:LONGEST])
        signs, meaning = self._lexicon.similarities(question), self._meaning_of(question)
        wordings = len(self._rows.owner)
        weight = MEANING * self._known if meaning is not None else np.zeros(len(self._rows.texts), dtype=np.float32)
        both = (weight * (meaning if meaning is not None else 0) + (1 - weight) * signs).astype(np.float32)
        nearness = np.where(among[self._rows.owner], both[:wordings], -1)
        best = np.maximum.reduceat(nearness, self._rows.first)
        scores = BY_NEAREST * best + self._learnt(nearness, meaning is not None) + BY_ANSWER * signs[wordings:]
        if meaning is not None:
            scores = scores + BY_ANSWER * meaning[wordings:]
        order = np.argsort(-np.where(among, scores, -9)[:ours])[:limit]
        order = order[among[order]]
        return Ranked(
            tuple(self.documents[i].id for i in order),
            tuple(float(scores[i]) for i in order),
            tuple(float(best[i]) for i in order),
            float(scores[ours]) if len(scores) > ours else 0.0,
        )

    def _meaning_of(self, question: str) -> Floats | None:
        """Cosines of sentence vectors with all texts; None without the embedding or without any known vector."""
        if not self._known.any():
            return None
        asked = self._encode([question])
        return None if asked is None else self._vectors @ _unit(asked - self._centre)[0]

    def _learnt(self, nearness: Floats, has_meaning: bool) -> Floats:
        """(entries,) what the local classifier says."""
        count = min(NEAREST, len(nearness))
        rows = np.argpartition(-nearness, count - 1)[:count]
        entries, target = np.unique(self._rows.owner[rows], return_inverse=True)
        kernel = self._kernel(rows, has_meaning)
        wanted = np.zeros((count, len(entries)), dtype=np.float32)
        wanted[np.arange(count), target] = 1
        weights = np.linalg.solve(kernel + RIDGE * np.eye(count, dtype=np.float32), wanted)
        scores = np.zeros(len(self._rows.first), dtype=np.float32)
        scores[entries] = nearness[rows] @ weights
        return scores

    def _kernel(self, rows: NDArray[np.int64], has_meaning: bool) -> Floats:
        signs = self._lexicon.between(rows)
        if not has_meaning:
            return signs
        known = self._known[rows]
        weight = MEANING * np.outer(known, known)
        vectors = self._vectors[rows]
        return np.asarray(weight * (vectors @ vectors.T) + (1 - weight) * signs, dtype=np.float32)


def _unit(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)
