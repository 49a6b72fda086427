"""What is read out of a sentence beside its intent: the grammar first, then what is learnt of places and wordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.nlu.crf import KINDS, Marked, PlaceCrf
from bot.nlu.examples import Example
from bot.nlu.grammar import entities
from bot.nlu.implied import Implied
from bot.nlu.intents import IntentModel
from bot.nlu.made_places import made
from bot.nlu.prepared import Prepared, prepare
from bot.nlu.spans import Span


@dataclass
class EntityReader:
    crf: PlaceCrf = field(default_factory=PlaceCrf)
    implied: Implied = field(default_factory=Implied)

    @classmethod
    def learn(cls, examples: Sequence[Example], prepared: Sequence[Prepared], today: date) -> EntityReader:
        """`prepared` are those of the examples, in their order."""
        told = list(zip(examples, prepared, strict=True))
        crf = PlaceCrf()
        crf.learn(list(_naming_places(told, today)))
        return cls(crf, Implied.learn(told, today))

    def read(self, prepared: Prepared, intent: str, today: date) -> list[Span]:
        learnt = self.crf.spans(prepared.plain, prepared.words)
        found = entities(prepared.plain, prepared.found, intent, today, learnt)
        return sorted([*found, *self.implied.spans(prepared, intent, found)])

    def as_dict(self) -> dict[str, Any]:
        implied = {kind: model.as_dict() for kind, model in self.implied.models.items()}
        return {"places": self.crf.model, "implied": implied}

    @classmethod
    def of_dict(cls, kept: dict[str, Any]) -> EntityReader:
        crf = PlaceCrf()
        crf.model = kept["places"]
        return cls(crf, Implied({kind: IntentModel(**model) for kind, model in kept["implied"].items()}))


def _names(example: Example) -> bool:
    return any(span.entity in KINDS for span in example.entities)


def _naming_places(told: Sequence[tuple[Example, Prepared]], today: date) -> Iterator[Marked]:
    """Sentences that name a place or a person, annotated and made up, and as many others.

    One in which the grammar sees a place that nobody marked would teach the wrong.
    """
    examples = [example for example, _ in told]
    drawn = [(example, prepare(example.text, today)) for example in made(examples, KINDS)]
    naming = [pair for pair in (*told, *drawn) if _names(pair[0])]
    others = [pair for pair in (*told, *drawn) if not _names(pair[0])]
    for example, prepared in (*naming, *others[:: max(1, len(others) // (len(naming) + 1))]):
        if _names(example) or not any(span.entity in KINDS for span in prepared.found.plain):
            yield prepared.plain, prepared.words, example.entities
