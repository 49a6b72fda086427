"""What happens to processes when one dies, when a person presses Ctrl-C, and when the supervisor itself is killed."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from denghuo.supervisor import state_file

until = importlib.import_module("tests.support.line").until
ROOT = Path(__file__).resolve().parents[3]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def run(kind: str = "", *, wait: bool = True) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.support.small_line", str(tmp_path), kind]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        if wait:
            until(lambda: len(pids(tmp_path)) == 3 and is_ready(tmp_path), within_s=30, what="three processes up")
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def rows(home: Path) -> dict[str, dict[str, object]]:
    try:
        return {row["name"]: row for row in json.loads(state_file(home).read_text())["processes"]}
    except OSError:
        return {}


def is_ready(home: Path) -> bool:
    return bool(json.loads(state_file(home).read_text())["ready"])


def pids(home: Path) -> list[int]:
    return [int(str(row["pid"])) for row in rows(home).values() if row["pid"]]


def lives(pid: int) -> bool:
    """Runs and is not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_process_is_started_again_and_the_others_stay(start: Start, tmp_path: Path) -> None:
    start()
    before = rows(tmp_path)
    os.kill(int(str(before["first"]["pid"])), signal.SIGKILL)

    def restarted() -> bool:
        row = rows(tmp_path)["first"]
        return row["restarts"] == 1 and row["health"] == "ok" and row["pid"] != before["first"]["pid"]

    until(restarted, within_s=20, what="first started again")
    assert rows(tmp_path)["second"]["pid"] == before["second"]["pid"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_and_its_kin_leave_no_process(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    process = start()
    children = pids(tmp_path)
    process.send_signal(number)
    assert process.wait(15) == 0
    assert [pid for pid in children if lives(pid)] == []
    assert not state_file(tmp_path).exists()


def test_a_process_that_ignores_the_stop_is_killed_within_15_s(start: Start, tmp_path: Path) -> None:
    process = start("stubborn")
    children = pids(tmp_path)
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(15)
    assert time.monotonic() - asked < 15
    assert [pid for pid in children if lives(pid)] == []


def test_kill_9_of_the_supervisor_takes_its_children_along(start: Start, tmp_path: Path) -> None:
    process = start()
    children = pids(tmp_path)
    process.kill()
    until(lambda: not any(lives(pid) for pid in children), within_s=10, what="children gone")


def test_after_kill_9_the_next_start_comes_up(start: Start, tmp_path: Path) -> None:
    first = start()
    first.kill()
    first.wait(10)
    state_file(tmp_path).unlink()
    start()
    assert len(pids(tmp_path)) == 3


def test_a_second_supervisor_of_the_same_folder_says_so_and_leaves(start: Start, tmp_path: Path) -> None:
    first = start()
    children = pids(tmp_path)
    second = start(wait=False)
    _, said = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"灯火已经在运行（进程 {first.pid}）" in said
    assert "Traceback" not in said
    assert all(lives(pid) for pid in children)


def test_a_process_that_cannot_start_is_named_with_the_end_of_its_log(start: Start, tmp_path: Path) -> None:
    process = start("broken", wait=False)
    _, said = process.communicate(timeout=40)
    assert process.returncode == 1
    assert "second 起不来" in said
    assert "the reason stands here" in said
    assert "Traceback" not in said
    assert not state_file(tmp_path).exists()
