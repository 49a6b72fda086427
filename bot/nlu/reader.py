"""The whole chain in plain Python: learn from examples, read a sentence; Rasa components call the same functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from bot.nlu.cascade import Cascade, learn
from bot.nlu.cleaning import cleaned
from bot.nlu.entity_reader import EntityReader
from bot.nlu.examples import Example
from bot.nlu.prepared import Prepared, prepare
from bot.nlu.requests import Part, in_order_of_urgency, parts_of
from bot.nlu.safety import with_danger_first
from bot.nlu.spans import Span


@dataclass(frozen=True)
class Reading:
    intent: str
    confidence: float
    ranking: list[tuple[str, float]]
    entities: list[Span] = field(default_factory=list)


@dataclass
class Reader:
    model: Cascade
    entities: EntityReader

    @classmethod
    def learn(cls, examples: Sequence[Example], today: date) -> Reader:
        prepared = [prepare(e.text, today) for e in examples]
        model = learn([p.blocks for p in prepared], [p.meant for p in prepared], [e.intent for e in examples])
        return cls(model, EntityReader.learn(examples, prepared, today))

    def requests(self, text: str, today: date) -> list[str]:
        """The intents of what is asked for in the sentence, the most urgent first; one of a sentence in one piece."""
        whole = self.read(text, today)
        parts = parts_of_sentence(self.model, cleaned(text), (whole.intent, whole.confidence), today)
        return [part.intent for part in in_order_of_urgency(parts)]

    def read(self, text: str, today: date) -> Reading:
        prepared = prepare(text, today)
        ranking = rank(self.model, prepared)
        intent, confidence = ranking[0]
        return Reading(intent, confidence, ranking, self.entities.read(prepared, intent, today))


ONLY_VALUES = (
    0.3  # confidence of an intent read out of numbers, places and names alone; below what the dialogue acts on
)
_FILLER = re.compile(r"[是我的嗯哦啊呃那就在应该了吧哈户号电话地址手机码单元,。.:!? ]*")


def only_values(prepared: Prepared) -> bool:
    """Nothing but numbers, dates, places and names, apart from 是 and 我的."""
    rest, at = [], 0
    for span in prepared.found.plain:
        rest.append(prepared.plain[at : span.start])
        at = span.end
    return at > 0 and bool(_FILLER.fullmatch("".join([*rest, prepared.plain[at:]])))


def rank(model: Cascade, prepared: Prepared) -> list[tuple[str, float]]:
    """Intents by probability; empty text gives no intent, danger comes first."""
    if not prepared.plain.strip():
        return [("out_of_scope", 0.0)]
    ranking = model.ranking(prepared.blocks, prepared.meant)
    if only_values(prepared):
        # 5678 or an address alone answers a question; of what is wanted it says nothing.
        share = min(1.0, ONLY_VALUES / ranking[0][1])
        ranking = [(name, chance * share) for name, chance in ranking]
    return with_danger_first(ranking, prepared.meant, prepared.found.tables["fault_symptom"])


def parts_of_sentence(model: Cascade, plain: str, whole: tuple[str, float], today: date) -> list[Part]:
    """Where a sentence asks for two things, its parts in the order they are said (`requests.py`); else one part.

    A piece is looked at several times on the way and read once by each reader.
    """
    prepared = cache(lambda part: prepare(part, today))
    linear = model.without_embedding()
    quick = cache(lambda part: rank(linear, prepared(part)))
    read = cache(lambda part: rank(model, prepared(part)))
    return parts_of(plain, whole, quick, read)
