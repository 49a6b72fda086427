"""Sentences in folds so that near twins stay together: what is measured then is how a new wording is read.

`电费怎么查` and `电费怎么查呀` in two folds would tell how well a model remembers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

Fold = tuple[np.ndarray, np.ndarray]
TWINS = 0.6  # cosine of signs and pairs of signs from which two sentences are near twins


def families(texts: Sequence[str]) -> np.ndarray:
    """A number for each text, the same for near twins and for what they chain to."""
    signs = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), dtype=np.float32).fit_transform(texts)
    alike = signs @ signs.T
    alike.data[alike.data < TWINS] = 0
    alike.eliminate_zeros()
    return np.asarray(connected_components(alike, directed=False)[1])


def apart(texts: Sequence[str], folds: int, seed: int) -> Iterator[Fold]:
    """`(learnt, asked)` places of each fold; no asked sentence has a near twin among the learnt."""
    family = families(texts)
    fold = np.random.default_rng(seed).integers(folds, size=family.max() + 1)[family]
    for i in range(folds):
        if (fold == i).any() and (fold != i).any():
            yield np.flatnonzero(fold != i), np.flatnonzero(fold == i)
