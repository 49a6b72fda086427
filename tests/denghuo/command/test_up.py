"""`denghuo up` when it cannot: one sentence, exit code 1."""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

lines = importlib.import_module("tests.support.line")
ROOT = Path(__file__).resolve().parents[3]


def denghuo(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("DENGHUO_")}
    return subprocess.run(
        [sys.executable, "-m", "denghuo.cli", *arguments],
        cwd=ROOT,
        env={**own, "DENGHUO_HOME": str(home), **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("offset", [0, 3])
def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path, offset: int) -> None:
    first = lines.free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + offset))
        taken.listen()
        done = denghuo(tmp_path, "up", DENGHUO_PORT=str(first))
    assert done.returncode == 1
    assert f"端口 {first + offset}" in done.stderr
    assert "DENGHUO_PORT=" in done.stderr
    assert "Traceback" not in done.stderr


def test_production_with_sample_secrets_is_refused_with_their_names(tmp_path: Path) -> None:
    done = denghuo(tmp_path, "up", DENGHUO_ENVIRONMENT="production")
    assert done.returncode == 1
    assert "DENGHUO_SERVICE__TOKEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_of_a_line_that_is_down_lists_every_process(tmp_path: Path) -> None:
    done = denghuo(tmp_path, "status", "--json")
    rows = json.loads(done.stdout)["processes"]
    assert [row["name"] for row in rows] == [
        "postgres", "redis", "ticketing", "billing", "actions", "rasa", "worker", "public",
    ]  # fmt: skip
    assert {row["health"] for row in rows} == {"down"}
    assert done.returncode == 1


def test_down_without_a_line_says_nothing_was_running(tmp_path: Path) -> None:
    assert "没有在运行" in denghuo(tmp_path, "down").stdout


def test_sample_customers_are_for_sample_mode_only(tmp_path: Path) -> None:
    done = denghuo(tmp_path, "sample", "--json", DENGHUO_SAMPLE_MODE="false")
    assert done.returncode == 1
    assert "只在样例模式" in done.stderr


def test_chat_without_a_line_says_how_to_start_one(tmp_path: Path) -> None:
    done = denghuo(tmp_path, "chat", "--url", f"http://127.0.0.1:{lines.free_ports()}", "--say", "你好")
    assert done.returncode == 1
    assert "denghuo up" in done.stderr
