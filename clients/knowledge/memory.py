"""Knowledge in the process: TF-IDF over characters and words of questions and their variants.

242 entries with some 1 000 wordings take a few milliseconds; a vector search comes with the knowledge issue.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import jieba

from clients.knowledge.protocol import Answer, Decision, Found
from kernel import clock

FILE = Path(__file__).resolve().parent.parent.parent / "data" / "knowledge" / "knowledge.jsonl"
FITS = (
    0.40  # a best score below this answers nothing; with CLEAR chosen by trial: 10 right, 4 wrong, 6 asked back of 26
)
CLEAR = 1.25  # the best must be so many times the best of another entry to be answered without asking back
SAME = 0.85  # the same words, nearly: answered however close the next is
_NOISE = re.compile(
    r"[\s，。！？、；：,.!?;:~～“”\"'（）()]|请问|你好|您好|我想问一?下?|问一?下|帮我|麻烦|那个|一下|呢|啊|呀|吗|哦|嘛|的话"
)


@dataclass(frozen=True)
class Entry:
    answer: Answer
    valid_from: date | None
    valid_to: date | None
    wordings: tuple[str, ...]

    def is_in_force(self, day: date) -> bool:
        """Both ends belong to the span."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def features(text: str) -> Counter[str]:
    """Character pairs, words and single characters, the rarer kinds of agreement weighing more."""
    plain = _NOISE.sub("", text.lower())
    found: Counter[str] = Counter()
    found.update(f"w:{word}" for word in jieba.cut(plain))
    found.update(f"b:{plain[i : i + 2]}" for i in range(len(plain) - 1))
    found.update(f"c:{char}" for char in plain)
    return found


class MemoryKnowledge:
    """See `clients.knowledge.protocol.Knowledge`."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        counts = [(number, features(words)) for number, entry in enumerate(self._entries) for words in entry.wordings]
        frequency = Counter(name for _, found in counts for name in found)
        total = len(counts) or 1
        self._weight = {name: math.log(1 + total / seen) for name, seen in frequency.items()}
        self._vectors = [(number, self._vector(found)) for number, found in counts]
        self._index: dict[str, list[int]] = {}
        for place, (_, vector) in enumerate(self._vectors):
            for name in vector:
                self._index.setdefault(name, []).append(place)

    def _vector(self, found: Mapping[str, int]) -> dict[str, float]:
        # A feature never seen still makes the question longer: what an entry does not cover lowers its score.
        unseen = math.log(1 + 1000)
        raw = {
            name: self._weight.get(name, unseen if name.startswith("w:") else 0.0) * count
            for name, count in found.items()
        }
        norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {name: value / norm for name, value in raw.items()}

    async def search(self, question: str, *, limit: int = 3, on: date | None = None) -> Found:
        day = on or clock.today()
        scores = self._scores(self._vector(features(question)))
        valid = [(score, number) for number, score in scores.items() if self._entries[number].is_in_force(day)]
        best = sorted(valid, key=lambda pair: (-pair[0], pair[1]))[:limit]
        results = tuple(self._scored(number, score) for score, number in best)
        return Found(results, decision_of([score for score, _ in best]))

    def _scores(self, asked: Mapping[str, float]) -> dict[int, float]:
        """Best cosine of any wording of each entry."""
        sums: Counter[int] = Counter()
        for name, value in asked.items():
            for place in self._index.get(name, ()):
                sums[place] += value * self._vectors[place][1][name]  # type: ignore[assignment]
        best: dict[int, float] = {}
        for place, score in sums.items():
            number = self._vectors[place][0]
            best[number] = max(best.get(number, 0.0), float(score))
        return best

    def _scored(self, number: int, score: float) -> Answer:
        answer = self._entries[number].answer
        return Answer(**{**answer.__dict__, "score": round(score, 4)})


def decision_of(scores: Sequence[float]) -> Decision:
    """The margin rule."""
    if not scores or scores[0] < FITS:
        return "unsure"
    if scores[0] >= SAME or len(scores) == 1 or scores[0] >= CLEAR * scores[1]:
        return "answer"
    return "ask"


def entries_of(lines: Iterable[str]) -> list[Entry]:
    """Entries of a knowledge.jsonl."""
    return [_entry(json.loads(line)) for line in lines if line.strip()]


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        answer=Answer(
            id=row["id"],
            score=0.0,
            question=row["question"],
            answer_text=row["answer_text"],
            answer_voice=row["answer_voice"],
            topic=row.get("topic", ""),
            next_action=row.get("next_action"),
            related=tuple(row.get("related") or ()),
        ),
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
        wordings=(row["question"], *row.get("variants", ())),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@lru_cache(maxsize=1)
def packaged_knowledge() -> MemoryKnowledge:
    """The knowledge that ships with the project."""
    jieba.setLogLevel(60)
    return MemoryKnowledge(entries_of(FILE.read_text(encoding="utf-8").splitlines()))
