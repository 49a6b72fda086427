"""What a sentence is about that names it in no listed wording: `想给鸡棚弄点亮` wants 新装, `灯跟萤火虫似的` is 电压低.

Wordings of services and symptoms have no end. The tables of `wordings.py` know the usual ones and come first; where
they find nothing, a linear model of the same features as the intents' gives the value. It learns from what the tables
see in data/nlu and from what is marked there with a value of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from bot.nlu.examples import Example
from bot.nlu.features import Blocks
from bot.nlu.grammar import ONLY_IN, entities
from bot.nlu.grammar_words import SERVICES_OF
from bot.nlu.intents import IntentModel, fit
from bot.nlu.prepared import Prepared
from bot.nlu.spans import Span

# Margin below which nothing is said; cross-validated five services of six are right then, three symptoms of four.
LEAST = {"business_type": -0.5, "fault_symptom": -0.6}
# After paying nearly everybody asks for power back (`wordings.BACK`); who finds a meter odd asks for no service yet.
INTENTS = {kind: ONLY_IN[kind] - {"reconnect", "meter_issue"} for kind in LEAST}
_NOTHING = "-"
_GRAMS = (4, 3, 2)  # signs of the stretch that is shown as the customer's words, the longest first


@dataclass
class Implied:
    """One model an entity kind; without any, nothing is implied."""

    models: dict[str, IntentModel] = field(default_factory=dict)

    @classmethod
    def learn(cls, told: Sequence[tuple[Example, Prepared]], today: date) -> Implied:
        """`told` are annotated sentences with what the grammar sees in them."""
        learnt = {}
        for kind in LEAST:
            rows = [row for e, p in told if e.intent in INTENTS[kind] if (row := _row(kind, e, p, today))]
            if len({value for _, value in rows}) > 1:
                learnt[kind] = fit([blocks for blocks, _ in rows], [value for _, value in rows])
        return cls(learnt)

    def spans(self, prepared: Prepared, intent: str, found: Sequence[Span]) -> list[Span]:
        """What is meant of each kind that this intent has and `found` lacks."""
        lacking = [k for k in self.models if intent in INTENTS[k] and all(s.entity != k for s in found)]
        return [span for kind in lacking if (span := self._span(kind, prepared, intent))]

    def _span(self, kind: str, prepared: Prepared, intent: str) -> Span | None:
        model = self.models[kind]
        margins = model.margins(_of_intent(prepared.blocks, intent))
        own = SERVICES_OF.get(intent) if kind == "business_type" else None
        for at in np.argsort(-margins):
            value = model.labels[at]
            if margins[at] < LEAST[kind] or value == _NOTHING:
                return None
            if own is None or value in own:
                return _told_by(prepared.plain, model, int(at), kind)
        return None


def _row(kind: str, example: Example, prepared: Prepared, today: date) -> tuple[Blocks, str] | None:
    """Features and value of a sentence; none of one that says two things, or is marked with words no table knows."""
    seen = [s.value for s in entities(prepared.plain, prepared.found, example.intent, today) if s.entity == kind]
    marked = [s.value for s in example.entities if s.entity == kind]
    values = seen or marked
    if len(values) > 1 or values == [""]:
        return None
    return _of_intent(prepared.blocks, example.intent), values[0] if values else _NOTHING


def _of_intent(blocks: Blocks, intent: str) -> Blocks:
    return {**blocks, "wants": blocks["wants"] | {f"i:{intent}"}}


def _told_by(text: str, model: IntentModel, label: int, kind: str) -> Span | None:
    """The stretch of signs that speaks most for the value."""
    stretches = (text[i : i + n] for n in _GRAMS for i in range(len(text) - n + 1))
    best = max(_known(stretches, model), key=lambda gram: model.weights[model.columns["c:" + gram], label], default="")
    start = text.find(best)
    return Span(start, start + len(best), kind, model.labels[label]) if best else None


def _known(stretches: Iterable[str], model: IntentModel) -> Iterable[str]:
    return (gram for gram in stretches if "c:" + gram in model.columns)
