"""docs/understanding.md with its picture, written by the bench from what it measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.nlu.examples import ROOT
from kernel import clock

PAGE = ROOT / "docs" / "understanding.md"
PICTURE = ROOT / "docs" / "pictures" / "calibration.svg"
_SIDE, _EDGE = 300, 40  # of the picture, in its own units


def write(figures: dict[str, Any], page: Path = PAGE, picture: Path = PICTURE) -> None:
    kind = "held_out" if "held_out" in figures else "dev"
    page.write_text(page_of(figures, kind, picture.name), encoding="utf-8")
    picture.write_text(curve(figures[kind]["calibration"]), encoding="utf-8")


def page_of(figures: dict[str, Any], kind: str, picture: str) -> str:
    part = figures[kind]
    said = {"held_out": "held-out sentences, written apart and never trained on", "dev": "sentences for development"}
    parts = [
        "# Understanding\n",
        f"Written by `denghuo bench nlu --write-report` on {clock.today().isoformat()}; do not edit. All sentences are"
        f" our own, written for this project: {figures['trained_on']} to train on (`data/nlu/`), {part['sentences']}"
        f" {said[kind]}. Figures on other people's sentences will differ.\n",
        "## Figures\n",
        _table(("what", "measured", "bar", "reached"), _bar_rows(figures["bars"])),
        _more(figures, part),
        "## Stock Rasa and ours, on the same sentences\n",
        _stock(figures["stock"]),
        "## Entities by kind\n",
        _table(
            ("entity", "precision", "recall", "F1", "of"),
            [(n, f["precision"], f["recall"], f["f1"], f["wanted"]) for n, f in part["by_entity"].items()],
        ),
        "## Confidence\n",
        f"![How sure against how often right](pictures/{picture})\n",
        "Each point is a tenth of the confidence scale, its size how many sentences fell there; on the diagonal 0.8"
        " means right eight times in ten.\n",
        "## What is taken for what\n",
        _table(("meant", "understood", "times"), part["confusion"]),
        "## The worst twenty\n",
        "Wrong with the most confidence.\n",
        _table(
            ("sentence", "register", "meant", "understood", "confidence"),
            [(w["text"], w["register"], w["wanted"], w["given"], w["confidence"]) for w in part["worst"]],
        ),
    ]
    return "\n".join(parts)


def _bar_rows(bars: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    reached = {True: "yes", False: "**no**", None: "not measured"}
    return [(b["name"], b["value"], b["bar"], reached[b["reached"]]) for b in bars]


def _more(figures: dict[str, Any], part: dict[str, Any]) -> str:
    danger = part["emergency"]
    lines = [f"- Emergencies found: {danger['recall']} of {danger['of']}, {danger['false_alarms']} false alarms."]
    if folds := figures.get("cross_validated"):
        lines.append(
            f"- Five folds over the training sentences: intents {folds['intent_accuracy']}, annotated spans"
            f" {folds['entity_f1']['f1']}, calibration error {folds['calibration_error']}."
        )
    if two := part.get("two_requests"):
        lines.append(
            f"- Sentences with one request split in two all the same: {two['false_splits']} of {two['of_single']}."
        )
    return "\n".join(lines) + "\n"


def _stock(stock: dict[str, Any] | None) -> str:
    if not stock:
        return "Not run (`--without-stock`).\n"
    if "failed" in stock:
        return "Failed; the run's own output says why.\n"
    if "stopped_after_s" in stock:
        return f"Did not finish: stopped after {stock['stopped_after_s']} s.\n"
    parse, same = stock["parse_ms"], stock["ours_on_the_same"]
    return (
        f"Both trained on the same {same['trained_on']} sentences. Ours: intents {same['intent_accuracy']}, entities F1"
        f" {same['entity_f1_on_values']['f1']} on values, trained in {same['training_s']} s, a parse"
        f" {same['parse_ms']['median']} ms. "
        f"{stock['config']} (WhitespaceTokenizer finds one word in a Chinese sentence): intents"
        f" {stock['intent_accuracy']}, trained in {stock['training_s']} s, a parse {parse['median']} ms (p95"
        f" {parse['p95']}). Entities: F1 {stock['entity_f1']['f1']} when the right kind is enough,"
        f" {stock['entity_f1_on_values']['f1']} on values; it does not normalise.\n"
    )


def _table(head: tuple[str, ...], rows: Any) -> str:
    def line(cells: Any) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(head), "|" + "---|" * len(head), *(line(row) for row in rows)]) + "\n"


def curve(bins: list[dict[str, Any]]) -> str:
    """An SVG: confidence to the right, share of right answers upwards."""
    most = max((b["of"] for b in bins), default=1)

    def at(x: float, y: float) -> tuple[float, float]:
        return round(_EDGE + x * _SIDE, 1), round(_EDGE + (1 - y) * _SIDE, 1)

    points = [at(b["confidence"], b["accuracy"]) for b in bins]
    dots = [
        f'<circle cx="{x}" cy="{y}" r="{3 + 7 * (b["of"] / most) ** 0.5:.1f}"><title>{b["of"]} sentences, sure'
        f" {b['confidence']}, right {b['accuracy']}</title></circle>"
        for (x, y), b in zip(points, bins, strict=True)
    ]
    (left, bottom), (right, top) = at(0, 0), at(1, 1)
    ticks = [
        f'<text x="{at(t, 0)[0]}" y="{bottom + 16}" text-anchor="middle">{t:g}</text>'
        f'<text x="{left - 6}" y="{at(0, t)[1] + 4}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.2, 0.4, 0.6, 0.8, 1)
    ]
    whole = _SIDE + 2 * _EDGE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" width="{whole}" height="{whole}"'
            ' font-family="sans-serif" font-size="11">',
            f'<rect width="{whole}" height="{whole}" fill="#fff"/>',
            f'<rect x="{left}" y="{top}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>',
            f'<line x1="{left}" y1="{bottom}" x2="{right}" y2="{top}" stroke="#bbb" stroke-dasharray="4 4"/>',
            f'<polyline points="{" ".join(f"{x},{y}" for x, y in points)}" fill="none" stroke="#1f6f54"'
            ' stroke-width="2"/>',
            f'<g fill="#1f6f54">{"".join(dots)}</g>',
            *ticks,
            f'<text x="{_EDGE + _SIDE / 2}" y="{whole - 6}" text-anchor="middle">how sure</text>',
            f'<text x="12" y="{_EDGE + _SIDE / 2}" text-anchor="middle" transform="rotate(-90 12'
            f' {_EDGE + _SIDE / 2})">how often right</text>',
            "</svg>\n",
        ]
    )
