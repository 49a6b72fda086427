"""A billing service of a test's own: a real process on a real PostgreSQL, standing on the day of the dialogues."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx

from denghuo.process import die_with_parent
from kernel import clock

ROOT = Path(__file__).resolve().parents[2]
STANDS_AT = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)
TOKEN = "test-service-token"
SECRET = "test-identity-secret"
READY_S = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(database_url: str) -> Iterator[str]:
    """The base URL of a billing service on this database; stopped at the end of the block."""
    port = _free_port()
    own = {k: v for k, v in os.environ.items() if not k.startswith("DENGHUO_")}
    environ = {
        **own,
        "DENGHUO_ENVIRONMENT": "test",
        "DENGHUO_DATABASE__URL": database_url,
        "DENGHUO_SERVICE__TOKEN": TOKEN,
        "DENGHUO_IDENTITY__SECRET": SECRET,
        "DENGHUO_CLOCK_SHIFT_S": str(clock.shift_to(STANDS_AT)),
    }
    argv = [sys.executable, "-m", "uvicorn", "backends.billing.app:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(argv, cwd=ROOT, env=environ, preexec_fn=die_with_parent(signal.SIGTERM))
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(15)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends:
        assert process.poll() is None, "the billing service ended at its start"
        try:
            if httpx.get(f"{url}/health/ready", timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"billing was not ready within {READY_S} s")
