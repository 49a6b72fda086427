"""What understanding has to reach, beside what it reached."""

from __future__ import annotations

from typing import Any

# Name, where its figure stands in ours (the part measured is put in for `unseen`), the bar, whether more is better.
_OWN: tuple[tuple[str, str, float, bool], ...] = (
    ("intent accuracy", "unseen.intent_accuracy", 0.93, True),
    ("hard pairs", "unseen.hard_pairs.accuracy", 0.85, True),
    ("entity F1 on values", "unseen.entity_f1.f1", 0.92, True),
    ("calibration error", "unseen.calibration_error", 0.05, False),
    ("out of scope refused", "unseen.refusal.out_of_scope", 0.90, True),
    ("in scope refused", "unseen.refusal.in_scope", 0.03, False),
    ("two requests both found", "unseen.two_requests.both_found", 0.80, True),
    ("training seconds", "training_s", 60, False),
    ("parse ms, median", "parse_ms.median", 3, False),
    ("parse ms, p95", "parse_ms.p95", 25, False),
)
_EACH_REGISTER = 0.87


def _at(figures: dict[str, Any], path: str) -> float | None:
    found: Any = figures
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _bar(name: str, value: float | None, bar: float, more: bool) -> dict[str, Any]:
    """`reached` is None where nothing was measured."""
    reached = None if value is None else value >= bar if more else value <= bar
    return {"name": name, "bar": ("≥ " if more else "≤ ") + f"{bar:g}", "value": value, "reached": reached}


def bars(ours: dict[str, Any], stock: dict[str, Any] | None) -> list[dict[str, Any]]:
    """`[{name, bar, value, reached}]`; stock Rasa is to be beaten in accuracy, training and parsing at once."""
    seen = {**ours, "unseen": ours.get("held_out") or ours.get("dev") or {}}
    found = [_bar(name, _at(seen, path), bar, more) for name, path, bar, more in _OWN]
    registers = seen["unseen"].get("by_register", {})
    found[1:1] = [_bar(f"intent accuracy, {name}", share, _EACH_REGISTER, True) for name, share in registers.items()]
    for name, path, more in (
        ("intent accuracy", "intent_accuracy", True),
        ("training seconds", "training_s", False),
        ("parse ms, median", "parse_ms.median", False),
    ):
        theirs = _at(stock or {}, path)
        if theirs is not None:
            own = _at(stock or {}, f"ours_on_the_same.{path}")
            found.append(_bar(f"{name} against stock Rasa", own, theirs, more))
    return found
