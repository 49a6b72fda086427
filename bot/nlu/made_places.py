"""Sentences with made-up places and people, so that the CRF learns how one speaks of a place rather than a list.

Places are put where the training sentences name one, and in front of or behind sentences that name none. Everything is
drawn with one seed: the same data gives the same sentences.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

from bot.nlu.examples import Example, load
from bot.nlu.spans import Span

SEED = 20261124
COPIES = 3  # of each sentence that names a place or a person
MADE = 1500  # sentences that named none and are given one

_PIECES = Path(__file__).with_suffix(".yml")
_FIGURES = "零一二三四五六七八九十"
_SLOT = re.compile(r"\{(\w)\}")


class _Maker:
    def __init__(self) -> None:
        self.dice = random.Random(SEED)
        self.of: dict[str, list[str]] = load(_PIECES)

    def _one(self, choices: Sequence[str]) -> str:
        return self.dice.choice(choices)

    def _number(self, most: int) -> str:
        number = self.dice.randint(1, most)
        if self.dice.random() < 0.5 or number > 99:
            return str(number)
        tens, ones = divmod(number, 10)
        said = ("" if tens < 2 else _FIGURES[tens]) + ("十" if tens else "")
        return said + (_FIGURES[ones] if ones else "")

    def _stem(self) -> str:
        if self.dice.random() < 0.3:
            return self._one(self.of["words"])
        return "".join(self._one(self.of["stems"]) for _ in range(self.dice.choice((1, 2, 2, 2, 3))))

    def community(self) -> str:
        name = self._stem() + self._one(self.of["endings"])
        if self.dice.random() < 0.5:
            phase = self._one(["一期", "二期", "A区", "东区", "3期"]).lower() if self.dice.random() < 0.15 else ""
            if name.endswith(("村", "屯", "寨", "冲", "坪", "湾")):
                return name + self._number(30) + self.dice.choice(("组", "组", "组", "号"))
            lettered = self.dice.random() < 0.15
            return (
                name
                + phase
                + (self._one("abcd") + "座" if lettered else self._number(30) + self._one(self.of["buildings"]))
            )
        return name

    def address(self) -> str:
        road = self._stem() + self._one(self.of["roads"])
        if self.dice.random() < 0.3:
            road = self._stem()[:2] + self._one(self.of["areas"]) + road
        return road + self._number(300) + "号" if self.dice.random() < 0.6 else road

    def room(self) -> str:
        floor, flat = self.dice.randint(1, 32), self.dice.randint(1, 6)
        number = f"{floor}0{flat}"
        if self.dice.random() < 0.5:
            number = "".join(_FIGURES[int(sign)] for sign in number)
        return (self._number(4) + "单元" if self.dice.random() < 0.6 else "") + number + self._one(["", "", "室", "房"])

    def person(self) -> str:
        given = "".join(self._one(self.of["given"]) for _ in range(self.dice.choice((1, 2, 2))))
        return self._family() + given

    def _family(self) -> str:
        return self._one(["欧阳", "上官", "慕容"]) if self.dice.random() < 0.03 else self._one(self.of["family"])

    def _titled(self) -> str:
        """罗师傅, 小罗师傅, 小罗."""
        chance = self.dice.random()
        young = self._one("小老") if chance < 0.3 else ""
        return young + self._family() + ("" if chance < 0.15 else self._one(self.of["titles"]))

    def fill(self, slot: str) -> list[tuple[str, str]]:
        """Pieces `(words, entity)` of a slot; an empty entity is not marked."""
        if slot == "c" or slot == "x":
            return [(self.community(), "community" if slot == "c" else "")]
        if slot == "a":
            return [(self.address(), "address")]
        if slot in ("n", "y"):
            return [(self.person(), "person_name" if slot == "n" else "")]
        if slot == "t":
            return [(self._titled(), "person_name")]
        if slot == "f":
            return [(self._family(), "person_name")]
        return self._place()

    def _place(self) -> list[tuple[str, str]]:
        chance = self.dice.random()
        if chance < 0.3:
            return [(self.address(), "address")]
        community = [(self.community(), "community")]
        if chance < 0.4:
            return [(self.address(), "address"), *community]
        return [*community, (self.room(), "room")] if chance > 0.7 else community

    def said(self, template: str) -> tuple[str, list[Span]]:
        text, spans, at = "", [], 0
        for match in _SLOT.finditer(template):
            text += template[at : match.start()]
            for words, entity in self.fill(match[1]):
                if entity:
                    spans.append(Span(len(text), len(text) + len(words), entity, ""))
                text += words
            at = match.end()
        return text + template[at:], spans

    def renamed(self, example: Example, kinds: Sequence[str]) -> Example:
        """The same sentence with other names in it."""
        text, spans, at = "", [], 0
        for span in sorted(example.entities):
            words = example.text[span.start : span.end]
            if span.entity in kinds:
                words = self._like(span.entity, words)
            text += example.text[at : span.start]
            spans.append(Span(len(text), len(text) + len(words), span.entity, ""))
            text += words
            at = span.end
        return Example(text + example.text[at:], example.intent, tuple(spans))

    def _like(self, entity: str, words: str) -> str:
        if entity == "person_name":
            title = next((t for t in self.of["titles"] if words.endswith(t)), None)
            return self._family() + title if title else self._family() if len(words) == 1 else self.person()
        return self.community() if entity == "community" else self.address()

    def placed(self, example: Example) -> Example:
        """A sentence that names no place, with one before or behind it."""
        ahead = self.dice.random() < 0.6
        words, spans = self.said(self._one(self.of["before" if ahead else "behind"]))
        shift = 0 if ahead else len(example.text)
        moved = tuple(Span(s.start + shift, s.end + shift, s.entity, "") for s in spans)
        text = words + example.text if ahead else example.text + words
        if self.dice.random() < 0.3:
            text = text.replace("，", " ")  # as a recogniser writes; the length stays
        return Example(text, example.intent, moved)

    def alone(self) -> Example:
        words, spans = self.said(self._one(self.of["alone"]))
        return Example(words, "", tuple(spans))


_WITH_PLACES = (
    "fault_report",
    "fault_emergency",
    "outage_query",
    "new_connection",
    "meter_issue",
    "account_change",
    "ticket_progress",
)


def made(examples: Sequence[Example], kinds: Sequence[str]) -> list[Example]:
    """Further examples for a CRF that learns `kinds`; of the annotated ones and of those that name nothing."""
    maker = _Maker()
    marked = [e for e in examples if any(s.entity in kinds for s in e.entities)]
    plain = [
        e
        for e in examples
        if not any(s.entity in kinds for s in e.entities) and e.intent in _WITH_PLACES and len(e.text) < 40
    ]
    renamed = [maker.renamed(e, kinds) for e in marked for _ in range(COPIES)]
    placed = [maker.placed(maker.dice.choice(plain)) for _ in range(MADE)] if plain else []
    return [*renamed, *placed, *(maker.alone() for _ in range(MADE // 3))]
