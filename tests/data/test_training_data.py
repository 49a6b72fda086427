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
        [str(PYTHON), "-W", "ignore", "-m", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


def test_nothing_is_doubled_missing_or_off_a_token_edge():
    gate = run("bot.nlu.gate")
    assert gate.returncode == 0, gate.stdout


@pytest.fixture(scope="module")
def figures() -> dict:
    bench = run("bot.nlu.bench", "--json")
    assert bench.returncode == 0, bench.stdout + bench.stderr
    return json.loads(bench.stdout)


def test_sentences_never_seen_are_understood(figures):
    assert figures["held_out"]["intent_accuracy"] >= 0.88
    assert figures["cross_validated"]["intent_accuracy"] >= 0.83


def test_every_register_is_understood(figures):
    assert min(figures["held_out"]["by_register"].values()) >= 0.75


def test_danger_is_found(figures):
    assert figures["held_out"]["emergency"]["recall"] == 1
    assert figures["cross_validated"]["emergency"]["recall"] >= 0.94


def test_confidence_means_what_it_says(figures):
    assert figures["cross_validated"]["calibration_error"] <= 0.08


def test_a_sentence_is_read_within_three_milliseconds(figures):
    assert figures["parse_ms"]["median"] <= 3


def test_training_stays_far_below_a_minute(figures):
    assert figures["training_s"] <= 30
