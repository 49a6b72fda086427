"""`denghuo up`: the plan of a whole line, its one-off steps, and what is said while it starts."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from denghuo import model, table
from denghuo.line import Line
from denghuo.process import Spec
from denghuo.supervisor import LineError, Lock, Plan, Supervisor, state_file
from kit import local


def check_ports(ports: dict[str, int]) -> None:
    """Raises LineError naming the first port that somebody else listens on."""
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0" if name == "public" else "127.0.0.1", port))  # noqa: S104
            except OSError as error:
                if error.errno == errno.EACCES:
                    raise LineError(f"没有权限使用端口 {port}，请换一个：DENGHUO_PORT=8000。 / Not allowed.") from error
                raise LineError(
                    f"端口 {port}（{name}）已被占用：请关掉占用它的程序，换一组也可：DENGHUO_PORT={port + 1000}。"
                    f" / Port {port} is in use: stop what uses it or choose another with DENGHUO_PORT."
                ) from error


def check_bot_environment(line: Line) -> None:
    if not line.rasa_python.exists():
        raise LineError("还没有 Rasa 环境：请先运行 make setup。 / The Rasa environment is missing: run make setup.")


async def migrate(line: Line) -> None:
    """Make the database, bring every room's schema up, put the sample in when the house is empty."""
    if line.own_postgres:
        await asyncio.to_thread(local.create_database, line.home)
    await _run_python(line, "migrate", "-m", "kit.migrate", "up")
    if line.settings.sample_mode:
        await _run_python(line, "seed", "-m", "denghuo.seed", "--if-empty")


async def _run_python(line: Line, name: str, *arguments: str) -> None:
    log = line.logs / f"{name}.log"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            line.service_python, *arguments, cwd=line.root, env=line.environ, stdout=out, stderr=out
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.kill()
            raise
    if code != 0:
        raise LineError(f"{name} 没有成功，日志末尾如下（{log}）/ {name} failed, end of its log:\n{model.tail_of(log)}")


def plan_of(line: Line, say: Callable[[str], None]) -> Plan:
    """All processes, and the two steps between them: schema (migrations, sample) and model (training)."""

    async def schema() -> None:
        started = time.monotonic()
        await migrate(line)
        say(f"  ✓ 数据库结构与样例数据 / schema and sample  {time.monotonic() - started:.1f} s")

    async def trained() -> None:
        await model.train(line.root, line.rasa_python, line.logs / "train.log", say, only_if_stale=True)

    needs = ("postgres",) if line.own_postgres else ()
    specs: list[Spec] = table.all_specs(line)
    return Plan(specs, {table.SCHEMA: (schema, needs), "model": (trained, ())})


def addresses(line: Line) -> list[str]:
    """What is printed when all is well."""
    return [
        f"  聊天页 chat    http://localhost:{line.port}/",
        f"  坐席台 desk    http://localhost:{line.port}/desk{_desk_hint(line)}",
        f"  电话   phone   http://localhost:{line.port}/phone",
        "  Ctrl-C 停下全部 / stops all of it",
    ]


def _desk_hint(line: Line) -> str:
    if not line.settings.sample_mode:
        return ""
    from denghuo import sample

    first = next(iter(sample.desk_logins()), None)
    return f"   （{first['login']} / {first['password']}）" if first else ""


def run_in_foreground(line: Line, say: Callable[[str], None]) -> None:
    """Start the line and stay until told to stop.

    Raises:
        LineError: the sentence why it cannot be started.
    """
    line.make_folders()
    holder = Lock(line.home).holder()
    if holder:
        Lock(line.home).take()  # says who has it
    check_bot_environment(line)
    check_ports(line.ports)
    started = time.monotonic()
    say(f"灯火 Denghuo — 状态目录 {line.home}，端口 {line.port}")

    def ready() -> None:
        say(f"全部就绪，用时 {time.monotonic() - started:.1f} 秒 / all healthy")
        for row in addresses(line):
            say(row)

    asyncio.run(Supervisor(line.home, plan_of(line, say), say).run(ready))
    say("已全部停下 / all stopped")


# ── detached ──


def run_detached(line: Line, say: Callable[[str], None], *, wait_s: float = 900.0) -> None:
    """Start a supervisor of its own session and come back when all is well.

    Raises:
        LineError: it ended before that.
    """
    line.make_folders()
    holder = Lock(line.home).holder()
    if holder:
        Lock(line.home).take()
    log = line.logs / "supervisor.log"
    offset = log.stat().st_size if log.exists() else 0
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "denghuo.cli", "up"],
            cwd=line.root,
            env={**os.environ, "DENGHUO_HOME": str(line.home), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        offset = _follow(log, offset, say)
        if ended:
            raise LineError(f"没有启动成功，见 {log} / did not start, see the log")
        if is_ready(line.home):
            _follow(log, offset, say)
            return
        time.sleep(0.1)
    process.terminate()
    raise LineError(f"{wait_s:.0f} 秒内没有就绪，见 {log} / not ready in time")


def _follow(log: Path, offset: int, say: Callable[[str], None]) -> int:
    with log.open("rb") as file:
        file.seek(offset)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    for row in whole.decode(errors="replace").splitlines():
        say(row)
    return offset + len(whole)


def is_ready(home: Path) -> bool:
    import json

    try:
        return bool(json.loads(state_file(home).read_text())["ready"])
    except (OSError, ValueError, KeyError):
        return False


def stop(line: Line, *, wait_s: float = 20.0) -> bool:
    """Stop the line of this home; False when none was running."""
    import signal

    lock = Lock(line.home)
    holder = lock.holder()
    if not holder:
        return False
    os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + wait_s
    while lock.holder() == holder or _runs(holder):
        if time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(holder, signal.SIGKILL)
        time.sleep(0.05)
    return True


def _runs(pid: int) -> bool:
    """Whether the process is still there and not only waiting for its parent to collect it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
