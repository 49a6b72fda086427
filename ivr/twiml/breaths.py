"""How is a text said? In breaths of at most 70 characters, each of whole sentences where it can be (etiquette 1.3)."""

from __future__ import annotations

import re

from kernel.speech import speakable

LONGEST = 70
_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_CLAUSE = re.compile(r"[^，、；：。！？]+[，、；：。！？]?")


def pack(pieces: list[str]) -> list[str]:
    """Neighbours put into one breath where both fit."""
    packed: list[str] = []
    for piece in pieces:
        if packed and len(packed[-1]) + len(piece) <= LONGEST:
            packed[-1] += piece
        else:
            packed.append(piece)
    return packed


def breaths(text: str) -> list[str]:
    """Speakable breaths of a text for reading; empty when nothing in it can be said."""
    pieces: list[str] = []
    for sentence in _SENTENCE.findall(speakable(text)):
        if len(sentence) <= LONGEST:
            pieces.append(sentence)
            continue
        for clause in pack(_CLAUSE.findall(sentence)):
            pieces += [clause[i : i + LONGEST] for i in range(0, len(clause), LONGEST)]
    return [b for b in pack(pieces) if b.strip("，。！？、；：")]
