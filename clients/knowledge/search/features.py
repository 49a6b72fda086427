"""What of a question can be compared sign by sign: words, runs of characters, and how it sounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import jieba
from pypinyin import lazy_pinyin

LONGEST = 200  # characters of a question that are read; what follows seldom asks
_TRADE_WORDS = Path(__file__).resolve().parents[3] / "data" / "lookups" / "jieba" / "power.txt"
_NOISE = re.compile(
    r"[\s，。！？、；：,.!?;:~～“”‘’\"'（）()—…\-]|请问|你好|您好|我想问一?下?|问一?下|帮我|麻烦|那个|一下|呢|啊|呀|吗|哦|嘛|的话|哎"
)
# Sounds that speakers and recognisers do not keep apart: zh/z, n/l, f/h, ang/an, eng/en, ing/in.
_SAME_SOUNDS = ((r"^([zcs])h", r"\1"), (r"^n", "l"), (r"^f", "h"), (r"^r", "l"), (r"([aei])ng$", r"\1n"))


def plain(text: str) -> str:
    """Without punctuation and words that say nothing, lower case."""
    return _NOISE.sub("", text[:LONGEST].lower())


@lru_cache(maxsize=20_000)
def features(text: str) -> tuple[tuple[str, int], ...]:
    """Named features with their counts; none for an empty text."""
    return tuple(Counter(_named(plain(text))).items())


def _named(text: str) -> Iterator[str]:
    yield from (f"w:{word}" for word in _cut(text))
    for size in (1, 2, 3):
        yield from (f"{size}:{text[i : i + size]}" for i in range(len(text) - size + 1))
    sounds = [_folded(sound) for sound in lazy_pinyin(text)]
    yield from (f"s:{sound}" for sound in sounds)
    yield from (f"s:{one} {two}" for one, two in pairwise(sounds))


@lru_cache(maxsize=4000)
def _folded(sound: str) -> str:
    for pattern, by in _SAME_SOUNDS:
        sound = re.sub(pattern, by, sound)
    return sound


def _cut(text: str) -> list[str]:
    return list(_tokenizer().cut(text))


@lru_cache(maxsize=1)
def _tokenizer() -> jieba.Tokenizer:
    """A tokenizer of our own: the words of the trade belong to it alone."""
    jieba.setLogLevel(60)
    made = jieba.Tokenizer()
    if _TRADE_WORDS.exists():
        made.load_userdict(_TRADE_WORDS.open(encoding="utf-8"))
    return made
