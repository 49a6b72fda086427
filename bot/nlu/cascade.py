"""Two readers: the linear one answers when it is sure; when not, likeness by meaning is added to its margins.

Everything is calibrated together, on sentences that the fold's readers had not seen, nor a near twin of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.nlu.embedding import Embedder, embedder, shortened
from bot.nlu.features import Blocks
from bot.nlu.folds import Fold, apart
from bot.nlu.intents import SEED, IntentModel, fit, margins_unseen, softmax
from bot.nlu.kept_vectors import vectors_of
from bot.nlu.likeness import Likeness
from bot.nlu.stage import Stage

FOLDS = 3
SURE = 0.85  # of the linear reader: from here on the embedding is not asked; a third of new wordings lie below
LIKENESS_SHARE = 1.5


@dataclass
class Cascade:
    """`likeness` is None when it was learnt without an embedding."""

    linear: IntentModel
    alone: Stage
    likeness: Likeness | None = None
    together: Stage | None = None

    @property
    def labels(self) -> list[str]:
        return self.linear.labels

    def ranking(self, blocks: Blocks, plain: str) -> list[tuple[str, float]]:
        """Intents by chance; the first one's is calibrated (`stage.py`)."""
        margins = self.linear.margins(blocks)
        sure = softmax(margins[None, :], self.alone.temperature).max() >= SURE
        if sure or self.likeness is None or self.together is None or (engine := embedder()) is None:
            return self.alone.ranking(margins, self.labels)
        nearness = self.likeness.margins(engine.one(shortened(plain))[None, :])[0]
        return self.together.ranking(margins + LIKENESS_SHARE * nearness, self.labels)

    def without_embedding(self) -> Cascade:
        """The linear reader alone, for looking quickly at many pieces."""
        return Cascade(self.linear, self.alone)

    def as_dict(self) -> dict[str, Any]:
        return {
            "linear": self.linear.as_dict(),
            "alone": self.alone.as_dict(),
            "likeness": self.likeness.as_dict() if self.likeness else None,
            "together": self.together.as_dict() if self.together else None,
        }

    @classmethod
    def of_dict(cls, kept: dict[str, Any]) -> Cascade:
        return cls(
            IntentModel(**kept["linear"]),
            Stage(**kept["alone"]),
            Likeness.of_dict(kept["likeness"]) if kept["likeness"] else None,
            Stage(**kept["together"]) if kept["together"] else None,
        )


def learn(rows: Sequence[Blocks], plain: Sequence[str], intents: Sequence[str]) -> Cascade:
    """A calibrated cascade of all sentences; with too few for folds the confidences stay as they come.

    Raises:
        ValueError: fewer than two intents.
    """
    if len(set(intents)) < 2:
        raise ValueError("two intents at least are needed to tell one from another")
    labels = sorted(set(intents))
    truth = np.array([labels.index(intent) for intent in intents])
    engine = embedder()
    vectors = _vectors(plain, engine) if engine else None
    everything = np.arange(len(truth))
    folds = list(apart(plain, FOLDS, SEED)) if min(Counter(intents).values()) >= FOLDS else []
    linear, *seeing = _linear(rows, intents, [everything, *(learnt for learnt, _ in folds)])
    likeness = Likeness.fit(vectors, truth, len(labels)) if vectors is not None else None
    if not folds:
        return Cascade(linear, Stage(), likeness, Stage() if likeness else None)
    alone = margins_unseen(seeing, [asked for _, asked in folds], rows, labels)
    first = Stage.fit(alone, truth, labels, np.ones(len(truth), dtype=bool))
    if vectors is None:
        return Cascade(linear, first)
    together = alone + LIKENESS_SHARE * _likeness_unseen(vectors, truth, len(labels), folds)
    unsure = softmax(alone, first.temperature).max(axis=1) < SURE
    return Cascade(linear, first, likeness, Stage.fit(together, truth, labels, unsure))


def _vectors(plain: Sequence[str], engine: Embedder) -> np.ndarray:
    return vectors_of([shortened(text) for text in plain], engine)


def _linear(rows: Sequence[Blocks], intents: Sequence[str], sets: Sequence[np.ndarray]) -> list[IntentModel]:
    """One linear model a set of sentences; two are learnt at a time, the solver lets go of the interpreter."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda learnt: fit([rows[i] for i in learnt], [intents[i] for i in learnt]), sets))


def _likeness_unseen(vectors: np.ndarray, truth: np.ndarray, intents: int, folds: Sequence[Fold]) -> np.ndarray:
    near = np.zeros((len(vectors), intents))
    for learnt, asked in folds:
        near[asked] = Likeness.fit(vectors[learnt], truth[learnt], intents).margins(vectors[asked])
    return near
