"""The sentence embedding is wanted, never needed; what it has computed is kept."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.nlu import embedding, kept_vectors
from tests.bot.nlu.conftest import PYTHON, ROOT

_LEARN_AND_READ = """
from bot.nlu.examples import examples
from bot.nlu.reader import Reader
from kernel import clock
reader = Reader.learn([e for e in examples() if e.intent in ("bill_query", "fault_report")][::4], clock.today())
print(reader.model.likeness is None, reader.read("家里没电了快来修", clock.today()).intent)
"""


def in_the_bots_environment(program: str, **settings: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    done = subprocess.run([PYTHON, "-W", "ignore", "-c", program], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class TestWithoutTheEmbedding:
    def test_the_bot_still_learns_and_reads(self) -> None:
        assert in_the_bots_environment(_LEARN_AND_READ, DENGHUO_EMBEDDING="off") == "True fault_report"

    def test_it_says_why(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DENGHUO_EMBEDDING", "off")
        assert embedding.absent_because() == "switched off by DENGHUO_EMBEDDING=off"


class TestWithTheEmbedding:
    def test_it_joins_what_is_learnt(self) -> None:
        assert in_the_bots_environment(_LEARN_AND_READ, DENGHUO_EMBEDDING="on") == "False fault_report"

    def test_near_in_meaning_is_near(self) -> None:
        engine = embedding.embedder()
        assert engine is not None, embedding.absent_because()
        one, near, far = engine.many(["家里没电了", "我屋头停电咯", "发票怎么开"])
        assert one @ near > one @ far
        assert np.allclose(engine.one("家里没电了"), one, atol=1e-3)


class _Counting:
    """An engine at the edge that tells how many texts it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def many(self, texts: list[str]) -> Any:
        self.asked += len(texts)
        return np.array([np.full(embedding.SIZE, len(text) / 100) for text in texts], dtype=np.float32)


class TestKeptVectors:
    def test_an_unchanged_sentence_is_computed_once(self, tmp_path: Path) -> None:
        engine: Any = _Counting()
        files = (tmp_path / "here.npz", tmp_path / "shipped.npz")
        first = kept_vectors.vectors_of(["电费", "停电了"], engine, *files)
        again = kept_vectors.vectors_of(["停电了", "报修", "电费"], engine, *files)
        assert engine.asked == 3
        assert np.allclose(again[2], first[0]) and np.allclose(again[0], first[1])

    def test_a_broken_file_is_as_none(self, tmp_path: Path) -> None:
        (tmp_path / "here.npz").write_bytes(b"not an archive")
        engine: Any = _Counting()
        kept_vectors.vectors_of(["电费"], engine, tmp_path / "here.npz", tmp_path / "shipped.npz")
        assert engine.asked == 1

    def test_most_training_sentences_come_with_the_clone(self, tmp_path: Path) -> None:
        program = (
            "from bot.nlu import kept_vectors as k; from bot.nlu.examples import examples;"
            "from bot.nlu.prepared import prepare; from kernel import clock; from bot.nlu.embedding import shortened;"
            "texts = {shortened(prepare(e.text, clock.today()).meant) for e in examples()};"
            "print(len([t for t in texts if k._key(t) in k._load(k.SHIPPED)]) / len(texts))"
        )
        program = program.replace("in k._load(k.SHIPPED)", "in kept").replace(
            "print(", "kept = k._load(k.SHIPPED); print("
        )
        assert float(in_the_bots_environment(program)) >= 0.9, "run python -m bot.nlu.kept_vectors"
