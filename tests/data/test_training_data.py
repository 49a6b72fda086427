"""The training data is fit to train on, and what is trained on it understands sentences it has not seen."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PYTHON), "-W", "ignore", "-m", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=900
    )


def test_nothing_is_doubled_missing_or_off_a_token_edge():
    gate = run("bot.nlu.gate")
    assert gate.returncode == 0, gate.stdout


@pytest.fixture(scope="module")
def figures() -> dict:
    bench = run("bot.nlu.bench", "--json", "--without-stock", "--without-folds")
    assert bench.returncode == 0, bench.stdout + bench.stderr
    return json.loads(bench.stdout)


def reached(figures: dict, name: str) -> bool | None:
    return next(bar["reached"] for bar in figures["bars"] if bar["name"] == name)


# How fast it is stands in the bench's own bars: a busy machine would make a timed test fail.
@pytest.mark.parametrize(
    "name",
    [
        "intent accuracy",
        "entity F1 on values",
        "calibration error",
        "out of scope refused",
        "in scope refused",
        "two requests both found",
    ],
)
@pytest.mark.row("S21")
def test_what_was_promised_of_unseen_sentences_is_reached(figures, name):
    assert reached(figures, name), figures["bars"]


def test_every_register_is_understood(figures):
    registers = [bar for bar in figures["bars"] if bar["name"].startswith("intent accuracy, ")]
    assert len(registers) >= 6
    assert all(bar["reached"] for bar in registers), registers


def test_neighbouring_intents_are_told_apart(figures):
    assert figures["held_out"]["hard_pairs"]["of"] >= 40
    assert reached(figures, "hard pairs"), figures["held_out"]["hard_pairs"]


def test_danger_is_found(figures):
    assert figures["held_out"]["emergency"]["recall"] >= 0.97


@pytest.mark.slow
def test_what_is_true_of_the_held_out_file_is_true_of_every_fold():
    bench = run("bot.nlu.bench", "--json", "--without-stock")
    folds = json.loads(bench.stdout)["cross_validated"]
    assert folds["emergency"]["recall"] >= 0.94
    assert folds["calibration_error"] <= 0.05
