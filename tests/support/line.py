"""A running line for tests: started as a person starts it (`denghuo up -d`), of its own folder, ports and day."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx

from denghuo import stores
from denghuo.supervisor import Lock, state_file
from denghuo.talk import Talk
from kernel import clock

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")
STARTS_AT = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)  # the day the seed's dialogues stand on
START_S = 420  # includes training a stale model
HEALTHY_S = 90


def free_ports() -> int:
    """First of five free ports in a row."""
    for _ in range(200):
        first = random.randrange(21000, 29000, 5)
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + 5):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return first
    raise RuntimeError("no five free ports in a row between 21000 and 29000")


def until(question: Callable[[], T], *, within_s: float, what: str, every_s: float = 0.1) -> T:
    """The first true answer; AssertionError when there is none in time."""
    deadline = time.monotonic() + within_s
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(every_s)


@dataclass
class RunningLine:
    """What a test may ask of a line."""

    home: Path
    port: int
    shift_s: float
    extra_environ: dict[str, str] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("DENGHUO_")}
        return {
            **own,
            "DENGHUO_HOME": str(self.home),
            "DENGHUO_PORT": str(self.port),
            "DENGHUO_ENVIRONMENT": "test",
            "DENGHUO_CLOCK_SHIFT_S": str(self.shift_s),
            "DENGHUO_OWNER_PID": os.environ.get("DENGHUO_TEST_OWNER", str(os.getpid())),
            **self.extra_environ,
        }

    def command(self, *arguments: str, within_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run `denghuo …` against this line."""
        return subprocess.run(
            [sys.executable, "-m", "denghuo.cli", *arguments],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=within_s,
            stdin=subprocess.DEVNULL,
        )

    def up(self) -> None:
        done = self.command("up", "--detach", within_s=START_S)
        assert done.returncode == 0, f"the line did not start:\n{done.stdout}\n{done.stderr}"

    def down(self) -> None:
        self.command("down", within_s=60)

    def now(self) -> datetime:
        """The line's clock."""
        return datetime.now(clock.TZ) + timedelta(seconds=self.shift_s)

    @cached_property
    def sample(self) -> dict[str, Any]:
        """`denghuo sample --json`."""
        return dict(json.loads(self.command("sample", "--json").stdout))

    # ── doors ──

    def chat(self, channel: str = "web", *, visitor_id: str | None = None, wait_s: int = 8) -> Talk:
        """A conversation with `say`, `choose`, `digits`, each returning a turn with `.text`, `.choices`, `.cards`."""
        return Talk(self.base_url, channel, visitor_id, wait_s)

    def call(self, **options: Any) -> Any:
        """A simulated telephone call, see `ivr/simulator`."""
        return importlib.import_module("tests.support.phone").call(self, **options)

    def _service(self, url: str) -> httpx.Client:
        bearer = {"Authorization": f"Bearer {self.sample['service_token']}"}
        return httpx.Client(base_url=url, headers=bearer, timeout=10)

    def ticketing(self) -> httpx.Client:
        """The ticketing backend with the service's bearer token."""
        return self._service(self.sample["ticketing_url"])

    def billing(self) -> httpx.Client:
        return self._service(self.sample["billing_url"])

    def public(self) -> httpx.Client:
        """The public port, with nothing shown."""
        return httpx.Client(base_url=self.base_url, timeout=15)

    def bot(self) -> httpx.Client:
        return self._service(self.sample["bot_url"])

    @property
    def database_url(self) -> str:
        from kit import local

        return local.postgres_url(self.home)

    # ── processes ──

    def processes(self) -> dict[str, dict[str, Any]]:
        """name → {pid, health, restarts, url}, as the supervisor wrote it last."""
        try:
            return {row["name"]: row for row in json.loads(state_file(self.home).read_text())["processes"]}
        except (OSError, ValueError):
            return {}

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Kill a process of the line; returns the pid it had."""
        pid = int(self.processes()[name]["pid"])
        os.kill(pid, number)
        return pid

    def until_healthy(self, *names: str, not_pid: int | None = None, within_s: float = HEALTHY_S) -> None:
        """Wait until these (all when none is named) are healthy again, `not_pid` being the one that was killed."""

        def healthy() -> bool:
            rows = self.processes()
            wanted = names or tuple(rows)
            return bool(rows) and all(rows[n]["health"] == "ok" and rows[n]["pid"] != not_pid for n in wanted)

        until(healthy, within_s=within_s, what=f"{names or 'all'} healthy")


def new_line(home: Path, **extra_environ: str) -> RunningLine:
    return RunningLine(home, free_ports(), clock.shift_to(STARTS_AT), extra_environ)


def shared_line(folder: Path) -> RunningLine:
    """The one line all workers of a test run share; the first who asks starts it."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    note = folder / "line.json"
    with (folder / "line.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            line = new_line(folder / "denghuo")
            try:
                line.up()
                told = {"port": line.port, "shift_s": line.shift_s}
            except BaseException as error:
                told = {"failed": str(error)}
                raise
            finally:  # the other workers must not wait for another try each
                note.write_text(json.dumps(told))
        told = json.loads(note.read_text())
    if "failed" in told:
        raise RuntimeError(told["failed"])
    return RunningLine(folder / "denghuo", told["port"], told["shift_s"])


def stop_and_remove(line: RunningLine) -> None:
    """Stop the line and remove its folder; fails when something is left running."""
    if Lock(line.home).holder():
        line.down()
    if (line.home / "supervisor.lock").exists():
        stores.remove_home(line.home)


@contextlib.contextmanager
def own_line(home: Path, **extra_environ: str) -> Iterator[RunningLine]:
    """A line of one test's own, for tests that kill processes."""
    line = new_line(home, **extra_environ)
    try:
        line.up()
        yield line
    finally:
        stop_and_remove(line)
