"""Where words begin and end: jieba with the lexicon of the trade, cut at the edges of what the grammar found."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable
from functools import cache

import jieba

from bot.nlu.grammar_places import LOOKUPS
from bot.nlu.spans import Span


@cache
def _jieba() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    tokenizer.load_userdict(str(LOOKUPS / "jieba" / "power.txt"))
    for name in (LOOKUPS / "communities.txt").read_text(encoding="utf-8").split():
        tokenizer.add_word(name, 2000, "ns")
    return tokenizer


def warm_up() -> None:
    """Load the dictionaries now rather than in the first customer's turn (about a second)."""
    _jieba()


def how_common(word: str) -> int:
    """How often `word` stands in the dictionary's texts; 0 for what is no word."""
    return int(_jieba().FREQ.get(word, 0))


def words(text: str, spans: Iterable[Span] = ()) -> list[tuple[str, int]]:
    """`(word, start)` in order, without blanks; no word crosses an edge of a span."""
    edges = sorted({0, len(text), *(edge for span in spans for edge in (span.start, span.end))})
    found = []
    for start, end in itertools.pairwise(edges):
        at = start
        for word in _jieba().lcut(text[start:end], HMM=False):
            if word.strip():
                found.append((word, at))
            at += len(word)
    return found
