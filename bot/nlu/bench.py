"""`python -m bot.nlu.bench [--json]`: five folds over data/nlu and the held-out file.

No Rasa is loaded; the functions are the ones its components call.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

from bot.nlu.examples import HELDOUT, Example, examples, heldout
from bot.nlu.gate import off_edges
from bot.nlu.intents import FOLDS, SEED
from bot.nlu.reader import Reader, Reading
from bot.nlu.score import report
from bot.nlu.words import warm_up
from kernel import clock


def cross_validated(data: list[Example]) -> dict[str, Any]:
    """Each sentence read by a reader, calibrated like the real one, that was trained on the other folds."""
    today = clock.today()
    readings: list[Reading | None] = [None] * len(data)
    cut = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for learnt, asked in cut.split(np.zeros(len(data)), [e.intent for e in data]):
        reader = Reader.learn([data[i] for i in learnt], today)
        for i in asked:
            readings[i] = reader.read(data[i].text, today)
    return report(data, [r for r in readings if r is not None], values=False)


def milliseconds(reader: Reader, data: list[Example]) -> dict[str, float]:
    today = clock.today()
    took = []
    for example in data:
        started = time.perf_counter()
        reader.read(example.text, today)
        took.append((time.perf_counter() - started) * 1000)
    return {"median": round(float(np.median(took)), 3), "p95": round(float(np.percentile(took, 95)), 3)}


def measure() -> dict[str, Any]:
    warm_up()
    data = examples()
    started = time.monotonic()
    reader = Reader.learn(data, clock.today())
    figures: dict[str, Any] = {
        "training_s": round(time.monotonic() - started, 2),
        "intents": len({e.intent for e in data}),
        "cross_validated": cross_validated(data),
        "entities_off_token_edges": len(off_edges(data)),
        "parse_ms": milliseconds(reader, data[::4]),
    }
    if HELDOUT.exists():
        unseen = heldout()
        # The values of the held-out file stand on the day of domain/intents.md.
        from datetime import datetime

        with clock.hold(datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)):
            figures["held_out"] = report(unseen, [reader.read(e.text, clock.today()) for e in unseen], values=True)
    return figures


def _shown(figures: dict[str, Any]) -> str:
    parse = figures["parse_ms"]
    lines = [
        f"training {figures['training_s']} s · parse {parse['median']} ms (p95 {parse['p95']})"
        f" · annotated entities off a token edge: {figures['entities_off_token_edges']}"
    ]
    for name in ("cross_validated", "held_out"):
        part = figures.get(name)
        if part:
            lines += [
                f"{name}: {part['sentences']} sentences, intents {part['intent_accuracy']:.1%}, entity F1"
                f" {part['entity_f1']['f1']:.3f}, calibration error {part['calibration_error']:.3f},"
                f" emergencies found {part['emergency']['recall']:.1%} of {part['emergency']['of']}"
                f" ({part['emergency']['false_alarms']} false alarms)",
                "  " + " · ".join(f"{register} {share:.1%}" for register, share in part["by_register"].items()),
                "  "
                + " · ".join(f"{entity} {f1['f1']:.2f}/{f1['wanted']}" for entity, f1 in part["by_entity"].items()),
            ]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="figures as one JSON object")
    options = parser.parse_args(arguments)
    figures = measure()
    print(json.dumps(figures, ensure_ascii=False) if options.json else _shown(figures))
    return 0 if figures["entities_off_token_edges"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
