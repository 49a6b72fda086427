"""PostgreSQL and Redis under the supervisor: killed with -9 they come back over their own remains, with their data."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from denghuo.supervisor import state_file
from kit import local

until = importlib.import_module("tests.support.line").until


class Stores:
    """Both stores under a supervisor in a process of its own."""

    def __init__(self, home: Path, pid: int) -> None:
        self.home, self.pid = home, pid

    def rows(self) -> dict[str, dict[str, object]]:
        try:
            return {row["name"]: row for row in json.loads(state_file(self.home).read_text())["processes"]}
        except OSError:
            return {}

    def kill(self, name: str) -> None:
        pid = int(str(self.rows()[name]["pid"]))
        os.kill(pid, signal.SIGKILL)

        def back() -> bool:
            row = self.rows()[name]
            return row["health"] == "ok" and row["pid"] not in (pid, None)

        until(back, within_s=40, what=f"{name} back")

    def sql(self) -> psycopg.Connection:
        url = local.postgres_url(self.home, "postgres").replace("+psycopg", "")
        return psycopg.connect(url, autocommit=True)

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(local.redis_url(self.home))


@pytest.fixture(scope="module")
def running() -> Iterator[Stores]:
    home = Path(tempfile.mkdtemp(prefix="denghuo-stores-"))
    program = f"from tests.support.stores import supervise; supervise({str(home)!r})"
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    found = Stores(home, process.pid)
    try:
        until(
            lambda: (rows := found.rows()) and all(row["health"] == "ok" for row in rows.values()),
            within_s=40,
            what="both stores healthy",
        )
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def test_postgres_comes_back_with_what_was_committed(running: Stores) -> None:
    with running.sql() as link:
        link.execute("CREATE TABLE kept (word text)")
        link.execute("INSERT INTO kept VALUES ('灯火')")
    running.kill("postgres")
    with running.sql() as link:
        assert link.execute("SELECT word FROM kept").fetchall() == [("灯火",)]


def test_redis_comes_back_with_what_it_acknowledged(running: Stores) -> None:
    running.redis().set("kept", "灯火")
    running.kill("redis")
    assert running.redis().get("kept") == "灯火".encode()
