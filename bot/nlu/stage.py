"""Margins into a calibrated ranking, and the refusal of what is out of scope; learnt from unseen sentences.

What is refused is read as `out_of_scope`. Where another intent was a little likelier the confidence stays that of
`out_of_scope`, which is low: the dialogue then says that it has not understood rather than that it is not our business
(`bot/policies/decisions.py` UNDERSTOOD). Who measures refusals counts the intent, whatever the confidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression

from bot.nlu.intents import softmax, temperature_for

REFUSED = "out_of_scope"
IN_SCOPE_REFUSED = 0.03  # of in-scope sentences, at most, where the threshold was learnt
MOST_SURE = 0.995
KNOTS = 15


@dataclass
class Stage:
    """One reader's way from margins to chances. `curve` is (2, knots): confidence before, share of right answers."""

    temperature: float = 4.0
    refuse_at: float = 1.0
    curve: np.ndarray = field(default_factory=lambda: np.array([[0.0, 1.0], [0.0, 1.0]]))

    @classmethod
    def fit(cls, margins: np.ndarray, truth: np.ndarray, labels: list[str], unsure: np.ndarray) -> Stage:
        """From out-of-fold `margins` (sentences, intents); the curve from those that are `unsure`, a mask."""
        stage = cls(temperature_for(margins, truth))
        chances = softmax(margins, stage.temperature)
        if REFUSED in labels:
            at = labels.index(REFUSED)
            stage.refuse_at = float(np.quantile(chances[truth != at, at], 1 - IN_SCOPE_REFUSED))
        first, confidence = zip(*(stage._first(row, labels) for row in chances), strict=True)
        right = np.array(first) == truth
        stage.curve = _curve(np.array(confidence)[unsure], right[unsure])
        return stage

    def _first(self, chances: np.ndarray, labels: list[str]) -> tuple[int, float]:
        """The winner's place and its chance before the curve."""
        winner = int(chances.argmax())
        if REFUSED in labels and chances[at := labels.index(REFUSED)] >= self.refuse_at:
            winner = at
        return winner, float(chances[winner])

    def ranking(self, margins: np.ndarray, labels: list[str]) -> list[tuple[str, float]]:
        """Intents by chance. The first one's is calibrated; the others share the rest, none above the first."""
        chances = softmax(margins[None, :], self.temperature)[0]
        winner, before = self._first(chances, labels)
        sure = float(np.clip(np.interp(before, *self.curve), 1 / len(labels), MOST_SURE))
        rest = np.minimum(chances * ((1 - sure) / max(1 - before, 1e-6)), sure)
        rest[winner] = sure
        order = sorted(range(len(labels)), key=lambda i: (i != winner, -rest[i]))
        return [(labels[i], float(rest[i])) for i in order]

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)


def _curve(confidence: np.ndarray, right: np.ndarray) -> np.ndarray:
    if len(confidence) < 10 * KNOTS:
        return np.array([[0.0, 1.0], [0.0, 1.0]])
    steps = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(confidence, right.astype(float))
    # Straight lines between the means of equal shares: steps would give hundreds of sentences one and the same figure.
    parts = np.array_split(np.sort(confidence), KNOTS)
    knots = np.array([part.mean() for part in parts])
    return np.array([knots, [steps.predict(part).mean() for part in parts]])
