"""A sentence as named features, in blocks: signs, words, sounds, standard words, wants.

Each block is scaled to length one by itself, so that no block drowns another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from bot.nlu.concepts import concepts, standard_words
from bot.nlu.phonetics import sound
from bot.nlu.spans import Span

# What is masked: numbers and names of places say nothing about what is wanted, only that they are there.
_MASKS = {
    "account_no": "户",
    "phone": "话",
    "ticket_no": "单",
    "meter_no": "表",
    "amount": "钱",
    "period": "时",
    "address": "址",
    "community": "区",
    "room": "室",
    "person_name": "人",
    "digits": "数",
}
Blocks = dict[str, set[str]]
_ENDS = " ,。.!?、~"
_LENGTHS = (2, 5, 12, 25)  # signs, at most, of the first four of five classes of length
BLOCKS = ("signs", "words", "sounds", "standard", "wants")
WEIGHTS = {"signs": 1.0, "words": 0.8, "sounds": 0.6, "standard": 0.6, "wants": 0.8}


def masked(text: str, spans: Iterable[Span]) -> str:
    """`text` with each number, date and place as one 〈mask〉, other digits as 0."""
    parts, at = [], 0
    for span in sorted(s for s in spans if s.entity in _MASKS):
        if span.start < at:
            continue
        parts += [text[at : span.start], f"〈{_MASKS[span.entity]}〉"]
        at = span.end
    plain = "".join([*parts, text[at:]])
    return re.sub(r"\s+", " ", re.sub(r"\d+", "0", plain)).strip(_ENDS)


def _grams(items: Sequence[str], low: int, high: int, name: str) -> list[str]:
    return [name + "".join(items[i : i + n]) for n in range(low, high + 1) for i in range(len(items) - n + 1)]


def features(text: str, spans: Sequence[Span], words: Sequence[str], found: Iterable[str]) -> Blocks:
    """Block → features. `found` are entities and values of the grammar tables, such as `fault_symptom=停电`."""
    plain = masked(text, spans)
    signs = re.findall(r"〈.〉|.", plain)
    sounds = [sound(sign) for sign in signs]
    length = bisect_left(_LENGTHS, len(signs)) + 1
    edges = ["^", *signs, "$"]
    kinds = {span.entity for span in spans}
    wanted = concepts(text)
    return {
        "signs": set(_grams(edges, 1, 4, "c:")),
        "words": set(_grams(["^", *words, "$"], 1, 2, "w:")),
        "sounds": set(_grams(["^", *sounds, "$"], 2, 4, "p:")),
        "standard": {f"s:{word}" for word in standard_words(text)},
        "wants": {
            *(f"k:{c}" for c in wanted),
            *(f"e:{k}" for k in kinds),
            *(f"v:{v}" for v in found),
            f"n:{length}",
            *(f"l:{length}{c}" for c in wanted),
        },
    }


def added(one: Blocks, other: Blocks) -> Blocks:
    """The features of both: of a sentence as heard and as meant."""
    return {block: one[block] | other[block] for block in BLOCKS}
