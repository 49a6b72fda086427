"""A real bot process on a small domain, a real action server, a real Redis; one a worker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from denghuo.process import die_with_parent

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "tests" / "bot" / "project"
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
TOKEN = "test-token"
UP_WITHIN_S = 90


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, path: str, body: Any = None, token: str = TOKEN) -> tuple[int, Any]:
    """Status and JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read() or b"null")


def wait_until_up(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            if ask(port, path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@dataclass
class Process:
    """A process that can be killed and started again."""

    command: list[str]
    env: dict[str, str]
    log: Path
    port: int
    ready: str
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.running = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdout=out,
                stderr=out,
                env={**os.environ, **self.env},
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        wait_until_up(self.port, self.ready, self.running, self.log)

    def kill(self) -> None:
        assert self.running is not None
        self.running.kill()
        self.running.wait(10)

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        assert self.running is not None
        self.running.terminate()
        return self.running.wait(20)


@dataclass
class RunningBot:
    bot: Process
    actions: Process
    runs_file: Path
    redis_url: str
    keys: int = field(default=0)

    def turn(
        self, talk: str, value: str = "", kind: str = "text", key: str | None = None, channel: str = "web"
    ) -> tuple[int, Any]:
        self.keys += 1
        body = {
            "conversation_id": talk,
            "turn_key": key or f"k{self.keys}",
            "channel": channel,
            "input": {"kind": kind, "value": value},
            "context": {},
        }
        return ask(self.bot.port, "/webhooks/denghuo/turn", body)

    def say(self, talk: str, value: str = "", kind: str = "text", **more: Any) -> Any:
        status, answer = self.turn(talk, value, kind, **more)
        assert status == 200, answer
        return answer

    def texts(self, answer: Any) -> list[str]:
        return [part["text"] for message in answer["messages"] for part in message["parts"] if part["kind"] == "text"]

    @property
    def runs(self) -> int:
        """How often `action_count` ran."""
        return len(self.runs_file.read_text().splitlines()) if self.runs_file.exists() else 0


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("models")
    command = [str(PYTHON), "-m", "bot.train", "--root", str(PROJECT), "--models", str(models)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return models


@pytest.fixture(scope="session")
def bot(trained: Path, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBot]:
    home, actions_port, bot_port = tmp_path_factory.mktemp("bot"), free_port(), free_port()
    actions = Process(
        [sys.executable, "-m", "uvicorn", "tests.bot.project.actions:app", "--port", str(actions_port)],
        {"TEST_ACTION_RUNS": str(home / "runs")},
        home / "actions.log",
        actions_port,
        "/openapi.json",
    )
    rasa = Process(
        [str(PYTHON), "-m", "bot.run"],
        {
            "DENGHUO_BOT__URL": f"http://127.0.0.1:{bot_port}",
            "DENGHUO_ACTIONS__URL": f"http://127.0.0.1:{actions_port}",
            "DENGHUO_REDIS__URL": redis_url,
            "DENGHUO_SERVICE__TOKEN": TOKEN,
            "DENGHUO_MODELS": str(trained),
        },
        home / "bot.log",
        bot_port,
        "/status",
    )
    actions.start()
    rasa.start()
    yield RunningBot(rasa, actions, home / "runs", redis_url)
    rasa.stop()
    actions.stop()


@pytest.fixture
def talk() -> str:
    return f"c_{uuid4().hex}"


@pytest.fixture
def fresh(bot: RunningBot) -> Callable[[], str]:
    return lambda: f"c_{uuid4().hex}"
