"""The whole chain in plain Python: learn from examples, read a sentence; Rasa components call the same functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from bot.nlu.cascade import Cascade, learn
from bot.nlu.cleaning import cleaned
from bot.nlu.crf import KINDS, PlaceCrf
from bot.nlu.examples import Example
from bot.nlu.features import Blocks, added, features
from bot.nlu.grammar import Found, entities, find
from bot.nlu.made_places import made
from bot.nlu.phonetics import as_meant, misheard
from bot.nlu.requests import Part, in_order_of_urgency, parts_of
from bot.nlu.safety import with_danger_first
from bot.nlu.spans import Span
from bot.nlu.words import words


@dataclass(frozen=True)
class Prepared:
    """A sentence before anything learnt looks at it."""

    text: str
    plain: str
    found: Found
    words: tuple[tuple[str, int], ...]

    @cached_property
    def meant(self) -> str:
        """`plain` with words of the trade that were misheard put right (`phonetics.py`); as long as `plain`."""
        return as_meant(self.plain, misheard(self.plain, self.words))

    @property
    def blocks(self) -> Blocks:
        heard = self._blocks(self.plain)
        return heard if self.meant == self.plain else added(heard, self._blocks(self.meant))

    def _blocks(self, plain: str) -> Blocks:
        spans = self.found.plain
        inside = {at for span in spans for at in range(span.start, span.end)}
        cut = self.words if plain == self.plain else words(plain, self.found.edges)
        said = [word for word, start in cut if start not in inside and not word.isdigit()]
        return features(plain, spans, said, self.found.values)


@dataclass(frozen=True)
class Reading:
    intent: str
    confidence: float
    ranking: list[tuple[str, float]]
    entities: list[Span] = field(default_factory=list)


def prepare(text: str, today: date) -> Prepared:
    plain = cleaned(text)
    found = find(plain, today)
    return Prepared(text, plain, found, tuple(words(plain, found.edges)))


def learn_places(examples: Sequence[Example], today: date) -> PlaceCrf:
    """A CRF of the annotated sentences and made-up ones; what names a place without a mark would teach the wrong."""
    told = [*examples, *made(examples, KINDS)]
    marked = [e for e in told if any(span.entity in KINDS for span in e.entities)]
    plain = [e for e in told if not any(span.entity in KINDS for span in e.entities)]
    sentences = []
    for example in (*marked, *plain[:: max(1, len(plain) // (len(marked) + 1))]):
        prepared = prepare(example.text, today)
        if example.entities or not any(span.entity in KINDS for span in prepared.found.plain):
            sentences.append((prepared.plain, prepared.words, example.entities))
    crf = PlaceCrf()
    crf.learn(sentences)
    return crf


@dataclass
class Reader:
    model: Cascade
    crf: PlaceCrf

    @classmethod
    def learn(cls, examples: Sequence[Example], today: date) -> Reader:
        prepared = [prepare(e.text, today) for e in examples]
        model = learn([p.blocks for p in prepared], [p.meant for p in prepared], [e.intent for e in examples])
        return cls(model, learn_places(examples, today))

    def requests(self, text: str, today: date) -> list[str]:
        """The intents of what is asked for in the sentence, the most urgent first; one of a sentence in one piece."""
        whole = self.read(text, today)
        parts = parts_of_sentence(self.model, cleaned(text), (whole.intent, whole.confidence), today)
        return [part.intent for part in in_order_of_urgency(parts)]

    def read(self, text: str, today: date) -> Reading:
        prepared = prepare(text, today)
        ranking = rank(self.model, prepared)
        intent, confidence = ranking[0]
        more = self.crf.spans(prepared.plain, prepared.words)
        return Reading(intent, confidence, ranking, entities(prepared.plain, prepared.found, intent, today, more))


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
