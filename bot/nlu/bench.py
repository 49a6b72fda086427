"""`python -m bot.nlu.bench [--json] [--without-stock] [--write-report]`: how well sentences are understood.

Ours: five folds over data/nlu, then the held-out files, read by the same functions Rasa's components call (no Rasa is
loaded). Stock: `stock.py`, a process of its own; ours beside it, both trained on the same sample of the sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

from bot.nlu import stock, understanding_page
from bot.nlu.bars import bars
from bot.nlu.examples import (
    DATA,
    DEVELOPED,
    HELDOUT,
    TWO_REQUESTS,
    Example,
    examples,
    heldout,
    two_requests,
    write_sample,
)
from bot.nlu.gate import off_edges
from bot.nlu.intents import FOLDS, SEED
from bot.nlu.reader import Reader, Reading
from bot.nlu.score import milliseconds, report
from bot.nlu.score import two_requests as two_requests_report
from bot.nlu.words import warm_up
from kernel import clock

STANDS_ON = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)  # the day of domain/intents.md, for the values


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def cross_validated(data: list[Example]) -> dict[str, Any]:
    """Each sentence read by a reader, calibrated like the real one, that was trained on the other folds."""
    today = clock.today()
    readings: list[Reading | None] = [None] * len(data)
    cut = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for fold, (learnt, asked) in enumerate(cut.split(np.zeros(len(data)), [e.intent for e in data]), 1):
        _tell(f"cross-validation: fold {fold} of {FOLDS}")
        reader = Reader.learn([data[i] for i in learnt], today)
        for i in asked:
            readings[i] = reader.read(data[i].text, today)
    return report(data, [r for r in readings if r is not None], values=False)


def parse_times(reader: Reader, data: list[Example]) -> dict[str, float]:
    today = clock.today()
    took = []
    for example in data:
        started = time.perf_counter()
        reader.read(example.text, today)
        took.append((time.perf_counter() - started) * 1000)
    return milliseconds(took)


def on_unseen(reader: Reader, unseen: list[Example], asked_two: Path | None = None) -> dict[str, Any]:
    """Figures of sentences never trained on, and of those with two requests where there are any."""
    with clock.hold(STANDS_ON):
        today = clock.today()
        figures = report(unseen, [reader.read(e.text, today) for e in unseen], values=True)
        if asked_two and asked_two.exists():
            rows = two_requests(asked_two)
            figures["two_requests"] = two_requests_report(rows, [reader.requests(row.text, today) for row in rows])
    return figures


def measure_ours(unseen: list[Example], *, held_out: bool, folds: bool = True) -> dict[str, Any]:
    """`held_out` is False when `unseen` are sentences to develop on; then the figures say so."""
    warm_up()
    data = examples()
    _tell(f"training on {len(data)} sentences")
    started = time.monotonic()
    reader = Reader.learn(data, clock.today())
    return {
        "trained_on": len(data),
        "training_s": round(time.monotonic() - started, 2),
        "intents": len({e.intent for e in data}),
        "parse_ms": parse_times(reader, [*data[::8], *unseen]),
        "held_out" if held_out else "dev": on_unseen(reader, unseen, TWO_REQUESTS if held_out else None),
        **({"cross_validated": cross_validated(data)} if folds else {}),
        "entities_off_token_edges": len(off_edges(data)),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    held_out = HELDOUT.exists() and not options.dev
    unseen = heldout(HELDOUT if held_out else DEVELOPED)
    ours = measure_ours(unseen, held_out=held_out, folds=not options.without_folds)
    beside = None if options.without_stock else beside_stock(unseen, options)
    return {**ours, "ours": ours, "stock": beside, "bars": bars(ours, beside)}


def beside_stock(unseen: list[Example], options: argparse.Namespace) -> dict[str, Any]:
    """Stock Rasa and, under `ours_on_the_same`, ours: trained on the same sentences, read on the same `unseen`."""
    with tempfile.TemporaryDirectory(prefix="denghuo-same-") as name:
        folder = Path(name) if options.stock_sentences else DATA
        if options.stock_sentences:
            write_sample(folder, options.stock_sentences)
        theirs = stock.measure(unseen, options.stock_epochs, options.stock_limit * 60, folder)
        return {**theirs, "ours_on_the_same": _on_the_same(unseen, examples(folder))}


def _on_the_same(unseen: list[Example], data: list[Example]) -> dict[str, Any]:
    _tell(f"ours on the same {len(data)} sentences")
    started, cpu = time.monotonic(), time.process_time()
    reader = Reader.learn(data, clock.today())
    took = {"training_s": time.monotonic() - started, "training_cpu_s": time.process_time() - cpu}
    seen = on_unseen(reader, unseen)
    return {
        "trained_on": len(data),
        **{name: round(seconds, 1) for name, seconds in took.items()},
        "parse_ms": parse_times(reader, unseen),
        "intent_accuracy": seen["intent_accuracy"],
        "entity_f1_on_values": seen["entity_f1"],
    }


def _shown(figures: dict[str, Any]) -> str:
    parse = figures["parse_ms"]
    lines = [
        f"trained on {figures['trained_on']} sentences in {figures['training_s']} s · parse {parse['median']} ms"
        f" (p95 {parse['p95']}) · annotated entities off a token edge: {figures['entities_off_token_edges']}"
    ]
    for name in ("cross_validated", "dev", "held_out"):
        if name in figures:
            lines += _part(name, figures[name])
    lines += [f"stock: {json.dumps(figures['stock'], ensure_ascii=False)}"] if figures["stock"] else []
    for bar in figures["bars"]:
        reached = {True: "✓", False: "✗", None: "–"}[bar["reached"]]
        lines.append(f"{reached} {bar['name']}: {bar['value']} (bar {bar['bar']})")
    return "\n".join(lines)


def _part(name: str, part: dict[str, Any]) -> list[str]:
    danger = part["emergency"]
    return [
        f"{name}: {part['sentences']} sentences, intents {part['intent_accuracy']:.1%}, entity F1"
        f" {part['entity_f1']['f1']:.3f}, calibration error {part['calibration_error']:.3f},"
        f" emergencies found {danger['recall']} of {danger['of']} ({danger['false_alarms']} false alarms)",
        "  " + " · ".join(f"{register} {accuracy:.1%}" for register, accuracy in part["by_register"].items()),
        "  " + " · ".join(f"{entity} {f1['f1']:.2f}/{f1['wanted']}" for entity, f1 in part["by_entity"].items()),
    ]


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="denghuo bench nlu", description=__doc__)
    parser.add_argument("--json", action="store_true", help="figures as one JSON object")
    parser.add_argument("--dev", action="store_true", help="measure on the sentences kept for development")
    parser.add_argument("--without-folds", action="store_true", help="no cross-validation: saves minutes")
    parser.add_argument("--without-stock", action="store_true", help="ours only: minutes in place of half an hour")
    parser.add_argument("--stock-epochs", type=int, default=100, help="of stock Rasa's training, 100 as it comes")
    parser.add_argument(
        "--stock-sentences", type=int, default=4000, help="it and ours beside it are trained on; 0: all, over an hour"
    )
    parser.add_argument("--stock-limit", type=float, default=stock.LIMIT_S / 60, help="minutes it may take")
    parser.add_argument("--write-report", action="store_true", help=f"write {understanding_page.PAGE.name}")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = options_of(arguments)
    figures = measure(options)
    if options.write_report:
        understanding_page.write(figures)
    print(json.dumps(figures, ensure_ascii=False) if options.json else _shown(figures))
    return 0 if figures["entities_off_token_edges"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
