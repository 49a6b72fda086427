"""One reader process, in the bot's environment, that all tests of this folder ask."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kernel import clock

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
STANDS_ON = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)


class Asked:
    """What a sentence was understood as."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.intent: str = answer["intent"]
        self.confidence: float = answer["confidence"]
        self.entities: list[dict[str, Any]] = answer["entities"]
        self.requests: list[str] = answer["requests"]

    def value(self, entity: str) -> str | None:
        return next((e["value"] for e in self.entities if e["entity"] == entity), None)


class Reader:
    def __init__(self) -> None:
        env = {**os.environ, "DENGHUO_CLOCK_SHIFT_S": str(clock.shift_to(STANDS_ON)), "PYTHONPATH": str(ROOT)}
        command = [str(PYTHON), "-W", "ignore", "-m", "bot.nlu.ask"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdin=-1, stdout=-1)
        assert json.loads(self._line())["ready"] == 36

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the reader ended"
        return line

    def read(self, text: str) -> Asked:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(text) + "\n")
        self.process.stdin.flush()
        return Asked(json.loads(self._line()))


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    assert reader.process.stdin is not None
    reader.process.stdin.close()
    reader.process.wait(timeout=10)
