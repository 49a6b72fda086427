"""PostgreSQL and Redis from their wheels (`kit.local`), as children of the supervisor.

Both keep what they acknowledged through kill -9 (PostgreSQL's log, Redis's append-only file), and both start again over
what a killed one left behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from denghuo import health
from denghuo.process import Spec
from kit import local

DYING_S = 10.0  # how long a postmaster of an earlier supervisor gets to finish


def _clear_postgres(data: Path) -> None:
    """Wait for a dying postmaster of an earlier supervisor; drop a pid file whose process is gone."""
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + DYING_S
    while _is_postgres(pid := _first_int(pid_file), data):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGQUIT)
            deadline += DYING_S
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def _first_int(path: Path) -> int:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _is_postgres(pid: int, data: Path) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return pid > 0 and str(data).encode() in command


def postgres_spec(home: Path) -> Spec:
    """PostgreSQL of this home; makes its data folder at the first start (about a second)."""
    command = local.prepare_postgres(home)
    sockets = local.socket_folder(home) / "pg"
    return Spec(
        name="postgres",
        command=command.argv,
        health=health.postgres(str(sockets / ".s.PGSQL.5432")),
        url=f"unix://{sockets}",
        before=lambda: _clear_postgres(home / "pg"),
        user=command.user,
        stop_signal=signal.Signals(command.stop_signal),
        death_signal=signal.SIGINT,
    )


def redis_spec(home: Path) -> Spec:
    """Redis with an append-only file; what it has answered is with the kernel, so it outlives kill -9."""
    command = local.prepare_redis(home)
    socket = local.socket_folder(home) / "redis.sock"
    return Spec(
        name="redis",
        command=command.argv,
        health=health.redis(str(socket)),
        url=f"unix://{socket}",
        before=lambda: socket.unlink(missing_ok=True),
        death_signal=signal.SIGTERM,
    )


def remove_home(home: Path) -> None:
    """Remove a state folder made for a test, sockets included.

    Raises:
        ValueError: it is not a state folder of ours.
    """
    if not (home / "supervisor.lock").exists():
        raise ValueError(f"{home} is no state folder")
    sockets = local.socket_folder(home)
    shutil.rmtree(home, ignore_errors=True)
    if home not in sockets.parents:
        shutil.rmtree(sockets, ignore_errors=True)
