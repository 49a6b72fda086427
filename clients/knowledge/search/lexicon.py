"""TF-IDF over the features of many short texts, in plain numpy: a question against all of them in well under 1 ms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clients.knowledge.search.features import features

Floats = NDArray[np.float32]


class Lexicon:
    """The texts as rows of a sparse matrix of unit rows, kept by row and by feature."""

    def __init__(self, texts: Sequence[str]) -> None:
        found = [features(text) for text in texts]
        self._ids: dict[str, int] = {}
        columns = [self._ids.setdefault(name, len(self._ids)) for row in found for name, _ in row]
        self._column = np.array(columns, dtype=np.int32)
        self._start = np.concatenate([[0], np.cumsum([len(row) for row in found])]).astype(np.int64)
        counts = np.array([count for row in found for _, count in row], dtype=np.float32)
        seen = np.bincount(self._column, minlength=len(self._ids))
        self._rarity = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
        self._row = np.repeat(np.arange(len(found), dtype=np.int32), np.diff(self._start))
        raw = (1 + np.log(counts)) * self._rarity[self._column]
        length = np.sqrt(np.bincount(self._row, weights=raw * raw, minlength=len(found)))
        self._weight = (raw / np.maximum(length[self._row], 1e-9)).astype(np.float32)
        self._by_feature = np.argsort(self._column, kind="stable")
        self._posting = np.concatenate([[0], np.cumsum(seen)]).astype(np.int64)
        self._count = len(texts)

    def similarities(self, question: str) -> Floats:
        """Cosine with each text, (texts,)."""
        scores = np.zeros(self._count, dtype=np.float32)
        for feature, weight in self._asked(question):
            places = self._by_feature[self._posting[feature] : self._posting[feature + 1]]
            scores[self._row[places]] += weight * self._weight[places]
        return scores

    def _asked(self, question: str) -> list[tuple[int, float]]:
        """A feature never seen does not count: paraphrases use new words."""
        known = [(self._ids[name], count) for name, count in features(question) if name in self._ids]
        raw = [(feature, (1 + float(np.log(count))) * float(self._rarity[feature])) for feature, count in known]
        length = sum(weight * weight for _, weight in raw) ** 0.5 or 1.0
        return [(feature, weight / length) for feature, weight in raw]

    def between(self, rows: NDArray[np.int64]) -> Floats:
        """Cosines of some texts among themselves, (rows, rows)."""
        spans = [np.arange(self._start[row], self._start[row + 1]) for row in rows]
        places = np.concatenate(spans) if spans else np.zeros(0, dtype=np.int64)
        used, column = np.unique(self._column[places], return_inverse=True)
        dense = np.zeros((len(rows), len(used)), dtype=np.float32)
        dense[np.repeat(np.arange(len(rows)), [len(span) for span in spans]), column] = self._weight[places]
        return dense @ dense.T
