"""A sentence before anything learnt looks at it: made plain, what the grammar sees, words, features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.nlu.cleaning import cleaned
from bot.nlu.features import Blocks, added, features
from bot.nlu.grammar import Found, find
from bot.nlu.phonetics import as_meant, misheard
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

    @cached_property
    def blocks(self) -> Blocks:
        heard = self._blocks(self.plain)
        return heard if self.meant == self.plain else added(heard, self._blocks(self.meant))

    def _blocks(self, plain: str) -> Blocks:
        spans = self.found.plain
        inside = {at for span in spans for at in range(span.start, span.end)}
        cut = self.words if plain == self.plain else words(plain, self.found.edges)
        said = [word for word, start in cut if start not in inside and not word.isdigit()]
        return features(plain, spans, said, self.found.values)


def prepare(text: str, today: date) -> Prepared:
    plain = cleaned(text)
    found = find(plain, today)
    return Prepared(text, plain, found, tuple(words(plain, found.edges)))
