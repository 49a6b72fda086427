"""How well sentences were understood: intents by register, entity values, calibration, danger found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.nlu.examples import Example
from bot.nlu.intents import expected_calibration_error
from bot.nlu.reader import Reading
from bot.nlu.safety import EMERGENCY
from bot.nlu.spans import Span


@dataclass(frozen=True)
class F1:
    precision: float
    recall: float
    f1: float
    wanted: int


def value_f1(pairs: Iterable[tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]]) -> F1:
    """Micro F1 over (entity, value), where the first of each pair is what was wanted."""
    hit = wanted = given = 0
    for want, have in pairs:
        hit += sum((want & have).values())
        wanted += sum(want.values())
        given += sum(have.values())
    precision, recall = hit / given if given else 0.0, hit / wanted if wanted else 0.0
    both = precision + recall
    return F1(precision, recall, 2 * precision * recall / both if both else 0.0, wanted)


def by_value(spans: Iterable[Span]) -> Counter[tuple[str, str]]:
    return Counter((span.entity, span.value) for span in spans)


def by_place(spans: Iterable[Span]) -> Counter[tuple[str, str]]:
    """Where annotations carry no value the span itself is compared."""
    return Counter((span.entity, f"{span.start}-{span.end}") for span in spans)


def report(examples: Sequence[Example], readings: Sequence[Reading], *, values: bool) -> dict[str, Any]:
    """Figures of one run; `values` compares normalised values, else the annotated spans."""
    right = [reading.intent == example.intent for example, reading in zip(examples, readings, strict=False)]
    registers: dict[str, list[bool]] = defaultdict(list)
    for example, hit in zip(examples, right, strict=False):
        registers[example.register or "unlabelled"].append(hit)
    key = by_value if values else by_place
    pairs = [(key(e.entities), key(r.entities)) for e, r in zip(examples, readings, strict=False)]
    return {
        "sentences": len(examples),
        "intent_accuracy": _round(sum(right) / len(right)),
        "by_register": {name: _round(sum(hits) / len(hits)) for name, hits in sorted(registers.items())},
        "entity_f1": _f1(value_f1(pairs)),
        "by_entity": {name: _f1(_only(name, pairs)) for name in sorted({n for w, _ in pairs for n, _ in w})},
        "calibration_error": _round(expected_calibration_error([r.confidence for r in readings], right)),
        "emergency": _emergency(examples, readings),
    }


def _only(entity: str, pairs: Sequence[tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]]) -> F1:
    def part(counts: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
        return Counter({key: n for key, n in counts.items() if key[0] == entity})

    return value_f1((part(want), part(have)) for want, have in pairs)


def _emergency(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Any]:
    danger = [r.intent == EMERGENCY for e, r in zip(examples, readings, strict=False) if e.intent == EMERGENCY]
    false = sum(r.intent == EMERGENCY and e.intent != EMERGENCY for e, r in zip(examples, readings, strict=False))
    return {"recall": _round(sum(danger) / len(danger)) if danger else None, "of": len(danger), "false_alarms": false}


def _f1(found: F1) -> dict[str, Any]:
    return {
        "precision": _round(found.precision),
        "recall": _round(found.recall),
        "f1": _round(found.f1),
        "wanted": found.wanted,
    }


def _round(value: float) -> float:
    return round(value, 4)
