"""The scripted public port as a process of its own, on this worker's stores; fixtures for who knocks on it."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from desk import sample
from kit import local, migrate

ROOT = Path(__file__).resolve().parents[2]
START_S = 90


@dataclass
class Site:
    base_url: str
    command: list[str]
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        ends = time.monotonic() + START_S
        while True:
            try:
                if httpx.get(f"{self.base_url}/health/ready", timeout=2).is_success:
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None and time.monotonic() < ends, "the site did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.base_url, timeout=15)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def site_on(database_url: str, redis_url: str) -> Site:
    migrate.up(database_url, "jobs", "conversations", "desk")
    with ThreadPoolExecutor(1) as thread:  # a browser's event loop may be running in this one
        thread.submit(asyncio.run, sample.load(database_url, if_empty=True)).result()
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.web.scripted:app", "--port", str(port), "--log-level", "warning"]
    environ = {k: v for k, v in os.environ.items() if not k.startswith("DENGHUO_")}
    environ |= {
        "DENGHUO_DATABASE__URL": database_url,
        "DENGHUO_REDIS__URL": redis_url,
        "DENGHUO_ENVIRONMENT": "test",
        "PYTHONPATH": str(ROOT),
    }
    return Site(f"http://127.0.0.1:{port}", [*command, "--timeout-graceful-shutdown", "1"], environ)


# A database of its own: its mailbox would otherwise answer the conversations that other tests leave to a dead worker.
@pytest.fixture(scope="session")
def site(postgres_home: Path, redis_url: str) -> Iterator[Site]:
    """The scripted public port, shared by a worker's tests."""
    made = site_on(local.create_database(postgres_home, "site"), redis_url)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def own_site(empty_database: str, redis_url: str) -> Iterator[Site]:
    """One for a test that kills it or counts what waits."""
    made = site_on(empty_database, redis_url)
    made.start()
    yield made
    made.stop()
