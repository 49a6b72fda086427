"""How well sentences were understood: intents by register, entity values, calibration, danger found, refusals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.nlu.examples import Example, TwoRequests
from bot.nlu.reader import Reading
from bot.nlu.safety import EMERGENCY
from bot.nlu.spans import Span
from bot.nlu.stage import REFUSED

BINS = 10
WORST = 20


@dataclass(frozen=True)
class F1:
    precision: float
    recall: float
    f1: float
    wanted: int


@dataclass(frozen=True)
class _Bin:
    """How sure on average, how often right, of how many."""

    sure: float
    right: float
    of: int


Counts = Counter[tuple[str, str]]


def value_f1(pairs: Iterable[tuple[Counts, Counts]]) -> F1:
    """Micro F1 over (entity, value), where the first of each pair is what was wanted."""
    hit = wanted = given = 0
    for want, have in pairs:
        hit += sum((want & have).values())
        wanted += sum(want.values())
        given += sum(have.values())
    precision, recall = hit / given if given else 0.0, hit / wanted if wanted else 0.0
    both = precision + recall
    return F1(precision, recall, 2 * precision * recall / both if both else 0.0, wanted)


def by_value(spans: Iterable[Span]) -> Counts:
    return Counter((span.entity, span.value) for span in spans)


def by_place(spans: Iterable[Span]) -> Counts:
    """Where annotations carry no value the span itself is compared."""
    return Counter((span.entity, f"{span.start}-{span.end}") for span in spans)


def report(examples: Sequence[Example], readings: Sequence[Reading], *, values: bool) -> dict[str, Any]:
    """Figures of one run; `values` compares normalised values, else the annotated spans."""
    right = [reading.intent == example.intent for example, reading in zip(examples, readings, strict=True)]
    key = by_value if values else by_place
    pairs = [(key(e.entities), key(r.entities)) for e, r in zip(examples, readings, strict=True)]
    bins = _bins([r.confidence for r in readings], right)
    return {
        "sentences": len(examples),
        "intent_accuracy": share(right),
        "by_register": _share_by([e.register or "unlabelled" for e in examples], right),
        "hard_pairs": _hard_pairs(examples, right),
        "entity_f1": f1_figures(value_f1(pairs)),
        "by_entity": {name: f1_figures(_only(name, pairs)) for name in sorted({n for w, _ in pairs for n, _ in w})},
        "calibration_error": _round(_calibration_error(bins)),
        "calibration": [{"confidence": _round(b.sure), "accuracy": _round(b.right), "of": b.of} for b in bins],
        "refusal": _refusal(examples, readings),
        "emergency": _emergency(examples, readings),
        "confusion": _confusion(examples, readings),
        "worst": _worst(examples, readings),
    }


def share(hits: Sequence[bool]) -> float | None:
    """How many of them, None of none."""
    return _round(sum(hits) / len(hits)) if hits else None


def milliseconds(took: Sequence[float]) -> dict[str, float]:
    return {"median": round(float(np.median(took)), 3), "p95": round(float(np.percentile(took, 95)), 3)}


def _share_by(names: Sequence[str], right: Sequence[bool]) -> dict[str, float | None]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for name, hit in zip(names, right, strict=True):
        groups[name].append(hit)
    return {name: share(hits) for name, hits in sorted(groups.items())}


def _hard_pairs(examples: Sequence[Example], right: Sequence[bool]) -> dict[str, Any]:
    """Of the sentences written between two neighbours: over all, and by pair."""
    marked = [(e.pair, hit) for e, hit in zip(examples, right, strict=True) if e.pair]
    pairs, hits = [pair for pair, _ in marked], [hit for _, hit in marked]
    return {"of": len(marked), "accuracy": share(hits), "by_pair": _share_by(pairs, hits)}


def _only(entity: str, pairs: Sequence[tuple[Counts, Counts]]) -> F1:
    def part(counts: Counts) -> Counts:
        return Counter({key: n for key, n in counts.items() if key[0] == entity})

    return value_f1((part(want), part(have)) for want, have in pairs)


def _bins(confidences: Sequence[float], right: Sequence[bool]) -> list[_Bin]:
    """Ten equal bins of the confidences; empty ones are left out."""
    at = np.minimum((np.asarray(confidences) * BINS).astype(int), BINS - 1)
    sure, hit = np.asarray(confidences), np.asarray(right, dtype=float)
    return [
        _Bin(sure[at == n].mean(), hit[at == n].mean(), int((at == n).sum())) for n in range(BINS) if (at == n).any()
    ]


def _calibration_error(bins: Sequence[_Bin]) -> float:
    """How far confidence and share of right answers lie apart, weighed by how often; 0 of nothing."""
    return sum(abs(b.sure - b.right) * b.of for b in bins) / max(sum(b.of for b in bins), 1)


def _refusal(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Any]:
    pairs = [(e.intent == REFUSED, r.intent == REFUSED) for e, r in zip(examples, readings, strict=True)]
    out, within = (
        [refused for outside, refused in pairs if outside],
        [refused for outside, refused in pairs if not outside],
    )
    return {"out_of_scope": share(out), "of": len(out), "in_scope": share(within), "of_in_scope": len(within)}


def _emergency(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Any]:
    danger = [r.intent == EMERGENCY for e, r in zip(examples, readings, strict=True) if e.intent == EMERGENCY]
    false = sum(r.intent == EMERGENCY and e.intent != EMERGENCY for e, r in zip(examples, readings, strict=True))
    return {"recall": share(danger), "of": len(danger), "false_alarms": false}


def _confusion(examples: Sequence[Example], readings: Sequence[Reading]) -> list[tuple[str, str, int]]:
    """`(wanted, given, how often)` of what was mistaken, the most frequent first."""
    pairs = [(e.intent, r.intent) for e, r in zip(examples, readings, strict=True) if e.intent != r.intent]
    return [(want, have, count) for (want, have), count in Counter(pairs).most_common()]


def _worst(examples: Sequence[Example], readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """What was mistaken most confidently."""
    wrong = [(r.confidence, e, r) for e, r in zip(examples, readings, strict=True) if e.intent != r.intent]
    wrong.sort(key=lambda row: -row[0])
    return [
        {"text": e.text, "register": e.register, "wanted": e.intent, "given": r.intent, "confidence": _round(sure)}
        for sure, e, r in wrong[:WORST]
    ]


def two_requests(asked: Sequence[TwoRequests], found: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Both found of sentences with two requests; how many with one were split all the same."""
    pairs = list(zip(asked, found, strict=True))
    both = [set(a.intents) <= set(requests) for a, requests in pairs if len(a.intents) > 1]
    split = [len(requests) > 1 for a, requests in pairs if len(a.intents) == 1]
    return {"both_found": share(both), "of": len(both), "false_splits": share(split), "of_single": len(split)}


def f1_figures(found: F1) -> dict[str, Any]:
    return {
        "precision": _round(found.precision),
        "recall": _round(found.recall),
        "f1": _round(found.f1),
        "wanted": found.wanted,
    }


def _round(value: float) -> float:
    return round(float(value), 4)
