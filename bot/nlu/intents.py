"""Which of the 36 intents is it: a linear SVM on one sparse matrix. `cascade.py` makes its margins confidences.

Temperature: the margins of sentences a fold was not trained on are scaled so that 0.8 means right eight times in ten.
Prediction sums the weight rows of the features present; no sparse matrix is built in a turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from bot.nlu.features import BLOCKS, WEIGHTS, Blocks

SEED = 20261124
C = 0.6
FOLDS = 5
# From so many sentences on a feature seen in one only is left out: four of five are, and new wordings are read better.
MANY = 1000


@dataclass
class IntentModel:
    """`weights` is (features, intents), already multiplied by the features' rarity."""

    labels: list[str]
    columns: dict[str, int]
    rarity: np.ndarray
    weights: np.ndarray
    offset: np.ndarray

    def margins(self, blocks: Blocks) -> np.ndarray:
        rows, values = _row(blocks, self.columns, self.rarity)
        return values @ self.weights[rows] + self.offset if len(rows) else self.offset.copy()

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def _row(blocks: Blocks, columns: dict[str, int], rarity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and values of one sentence; a block's length counts unknown features too, so strange text stays faint."""
    rows: list[int] = []
    values: list[np.ndarray] = []
    unknown = float(rarity.max()) if len(rarity) else 1.0
    for block in BLOCKS:
        names = blocks[block]
        known = [columns[name] for name in names if name in columns]
        if not known:
            continue
        weights = rarity[known]
        missing = (len(names) - len(known)) * (unknown * _UNKNOWN_SHARE) ** 2
        values.append(weights * (WEIGHTS[block] / np.sqrt(float(weights @ weights) + missing)))
        rows += known
    return np.asarray(rows, dtype=np.int64), np.concatenate(values) if values else np.zeros(0)


_UNKNOWN_SHARE = 0.35


def softmax(margins: np.ndarray, temperature: float) -> np.ndarray:
    """Chances (sentences, intents), each row summing to one."""
    scaled = margins * temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    raised = np.exp(scaled)
    return raised / raised.sum(axis=1, keepdims=True)


def fit(rows: Sequence[Blocks], intents: Sequence[str]) -> IntentModel:
    """A model of all sentences."""
    seen = Counter(name for blocks in rows for block in BLOCKS for name in blocks[block])
    fewest = 2 if len(rows) >= MANY else 1
    names = sorted(name for name, count in seen.items() if count >= fewest)
    columns = {name: i for i, name in enumerate(names)}
    rarity = np.array([np.log((1 + len(rows)) / (1 + seen[name])) + 1 for name in names])
    indices, data, starts = [], [], [0]
    for blocks in rows:
        where, values = _row(blocks, columns, rarity)
        indices.append(where)
        data.append(values)
        starts.append(starts[-1] + len(where))
    matrix = csr_matrix((np.concatenate(data), np.concatenate(indices), starts), shape=(len(rows), len(names)))
    svm = LinearSVC(C=C, class_weight="balanced", random_state=SEED, tol=1e-3).fit(matrix, list(intents))
    # Of two intents the solver gives one side only.
    sides = (svm.coef_, svm.intercept_) if len(svm.classes_) > 2 else _both_sides(svm.coef_, svm.intercept_)
    return IntentModel(
        labels=[str(label) for label in svm.classes_],
        columns=columns,
        rarity=rarity,
        weights=np.ascontiguousarray(sides[0].T.astype(np.float32)),
        offset=sides[1],
    )


def _both_sides(weights: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.vstack([-weights, weights]), np.concatenate([-offset, offset])


def out_of_fold(rows: Sequence[Blocks], intents: Sequence[str], folds: int) -> tuple[list[str], np.ndarray]:
    """Labels and the margins (sentences, intents) of every sentence by a model that has not seen it."""
    labels = sorted(set(intents))
    cut = list(StratifiedKFold(folds, shuffle=True, random_state=SEED).split(np.zeros(len(rows)), list(intents)))
    models = (fit([rows[i] for i in learnt], [intents[i] for i in learnt]) for learnt, _ in cut)
    return labels, margins_unseen(models, [asked for _, asked in cut], rows, labels)


def margins_unseen(
    models: Iterable[IntentModel], asked: Sequence[np.ndarray], rows: Sequence[Blocks], labels: list[str]
) -> np.ndarray:
    """`(sentences, labels)`: each model's margins of the places it is asked for, -1 where it does not know a label."""
    margins = np.full((len(rows), len(labels)), -1.0)
    for model, places in zip(models, asked, strict=True):
        at = [labels.index(label) for label in model.labels]
        for i in places:
            margins[i, at] = model.margins(rows[i])
    return margins


def temperature_for(margins: np.ndarray, truth: np.ndarray) -> float:
    """The scale at which the true intents are likeliest (least log loss)."""

    def loss(log_scale: float) -> float:
        chances = softmax(margins, float(np.exp(log_scale)))
        return float(-np.log(np.maximum(chances[np.arange(len(truth)), truth], 1e-9)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.0, 4.0), method="bounded").x))


def calibrated(margins: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Probabilities (sentences, intents) of out-of-fold margins, scaled so that they mean what they say."""
    return softmax(margins, temperature_for(margins, truth))
