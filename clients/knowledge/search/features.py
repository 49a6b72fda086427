"""What of a question can be compared sign by sign: words, runs of characters, and how it sounds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

import jieba
from pypinyin import lazy_pinyin

_LONGEST_WORD = 6
_PAIRS = frozenset("户号 报修 跳闸 阶梯 过户 电费 峰谷 谷电 电表 空开 漏保 复电 停电 抢修 催办 缴费 增容 违约".split())  # noqa: SIM905
_DATES = re.compile(r"[年月日天周个]")
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


def repaired(text: str) -> str:
    """Words of the trade that were misheard, put right by their sound: 接替电价 becomes 阶梯电价, 互号 becomes 户号.

    Only whole words are replaced; three signs only where two of them are right, two only in the words of `_PAIRS`.
    """
    sounds = lazy_pinyin(text, errors=list)  # type: ignore[arg-type]  # one item a sign: a list is taken too
    if len(sounds) != len(text):
        return text
    edges = [0, *accumulate(len(word) for word in _cut(text))]
    done, start = "", 0
    while start < len(text):
        word = _heard_at(text, sounds, start, edges) if start in edges else ""
        done += word or text[start]
        start += len(word) or 1
    return done


def _heard_at(text: str, sounds: Sequence[str], start: int, edges: Sequence[int]) -> str:
    """The longest word of the trade that sounds like what stands from here to an edge; empty when there is none."""
    for end in sorted((edge for edge in edges if 2 <= edge - start <= _LONGEST_WORD), reverse=True):
        said = text[start:end]
        word = _by_sound().get(tuple(_folded(sound) for sound in sounds[start:end]), "")
        if word == said or (word and _is_misheard(said, word)):
            return word
    return ""


def _is_misheard(said: str, word: str) -> bool:
    if len(word) == 2:
        return word in _PAIRS and not _tokenizer().FREQ.get(said)
    return len(word) > 3 or sum(a == b for a, b in zip(said, word, strict=True)) > 1


@lru_cache(maxsize=1)
def _by_sound() -> dict[tuple[str, ...], str]:
    rows = _TRADE_WORDS.read_text(encoding="utf-8").splitlines() if _TRADE_WORDS.exists() else []
    _tokenizer().initialize()
    found: dict[tuple[str, ...], str] = {}
    for word in (row.split()[0] for row in rows if row.strip()):
        if (
            2 <= len(word) <= _LONGEST_WORD
            and not _DATES.search(word)
            and all("\u4e00" <= sign <= "\u9fff" for sign in word)
        ):
            found.setdefault(tuple(_folded(sound) for sound in lazy_pinyin(word)), word)
    return found
