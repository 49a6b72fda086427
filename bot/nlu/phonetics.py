"""Words of the trade that a recogniser misheard, found by sound: `互号` sounds as `户号`.

domain/synonyms.md rule 2: homophones only, two signs and more, and only where the signs heard are no common word of
their own. What is found is added to the features of a sentence; the sentence stays as it was heard. `cleaning.py` lists
the commonest ones, which the grammar must see too; this finds the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin

from bot.nlu.grammar_places import LOOKUPS
from bot.nlu.words import how_common

_FOLDED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("hu", "f"), ("l", "n"), ("r", "n"))
COMMON = 30  # occurrences in jieba's dictionary: from here on the signs heard are a word of their own
LONGEST = 3
_ALSO = frozenset({"电箱", "保修", "小表", "网店"})  # words of customers that the dictionary hardly knows
_LITTLE = frozenset("的了是不要我你们一有这那在人到个张想就也还再去来吗吧呢啊都没上下和跟给把被又说看能会")


@lru_cache(maxsize=20_000)
def sound(sign: str) -> str:
    """The toneless syllable, with the confusions of accents and recognisers folded: zh=z, n=l, in=ing."""
    if not "\u4e00" <= sign <= "\u9fff":
        return sign
    said = lazy_pinyin(sign, style=Style.NORMAL)[0]
    for heard, kept in _FOLDED:
        if heard in ("l", "r", "hu"):
            said = kept + said[len(heard) :] if said.startswith(heard) and len(said) > len(heard) else said
        else:
            said = said.replace(heard, kept)
    return said


@cache
def _words() -> frozenset[str]:
    """What requests turn on. The whole lexicon finds ten false words for each true one."""
    return frozenset((LOOKUPS / "heard.txt").read_text(encoding="utf-8").split())


@cache
def _by_sound() -> dict[str, str]:
    return {" ".join(map(sound, word)): word for word in sorted(_words())}


def misheard(text: str, words: Sequence[tuple[str, int]]) -> list[tuple[int, str]]:
    """`(start, word meant)` of every stretch that sounds as a word of the trade and is written otherwise.

    `words` are those of the text (`words.py`): no word of two signs or more is cut, and little words are left alone.
    """
    found: list[tuple[int, str]] = []
    free = 0
    for i, (_, start) in enumerate(words):
        meant = _meant(text, words[i : i + LONGEST]) if start >= free else ""
        if meant:
            found.append((start, meant))
            free = start + len(meant)
    return found


def _meant(text: str, words: Sequence[tuple[str, int]]) -> str:
    start = words[0][1]
    for word, at in reversed(words):
        heard = text[start : at + len(word)]
        if not 2 <= len(heard) <= LONGEST or _LITTLE & set(heard) or heard in _words() or heard in _ALSO:
            continue
        meant = _by_sound().get(" ".join(map(sound, heard)), "")
        if meant and how_common(heard) < COMMON:
            return meant
    return ""


def as_meant(text: str, found: Sequence[tuple[int, str]]) -> str:
    """`text` with what was misheard put right; as long as `text`."""
    for start, word in found:
        text = text[:start] + word + text[start + len(word) :]
    return text
