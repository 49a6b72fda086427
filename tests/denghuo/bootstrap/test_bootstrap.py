"""What a person reads when the set-up cannot go on: one sentence that says what to do, exit code 1, no traceback."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "bootstrap.py"
CLOSED = "http://127.0.0.1:9"  # the discard port: nothing listens
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the script on an empty clone that has only lock files and, on its PATH, only uv."""
    clone, tools = tmp_path / "clone", tmp_path / "bin"
    (clone / "locks").mkdir(parents=True)
    tools.mkdir()
    for name in ("services", "dev", "bot"):
        (clone / "locks" / f"{name}.txt").write_text(f"idna==3.10 \\\n    --hash=sha256:{'0' * 64}\n")
    uv = next(p for p in (ROOT / ".tools/uv", Path("/usr/local/bin/uv"), *_on_path("uv")) if p.exists())
    (tools / "uv").symlink_to(uv)

    def start(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        base = {
            "PATH": str(tools),
            "HOME": str(tmp_path),
            "PYENV_ROOT": str(tmp_path / "no-pyenv"),
            "DENGHUO_BOOTSTRAP_ROOT": str(clone),
            "UV_CACHE_DIR": str(tmp_path / "cache"),
            "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"),
            "UV_DEFAULT_INDEX": f"{CLOSED}/simple",
            "UV_PYTHON_INSTALL_MIRROR": CLOSED,
            "UV_HTTP_RETRIES": "0",
            "DENGHUO_NEEDED_GB": "0",
        }
        return subprocess.run(
            [sys.executable, str(SCRIPT), *arguments],
            env={**base, **environ},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return start


def _on_path(name: str) -> list[Path]:
    return [Path(folder) / name for folder in os.environ["PATH"].split(os.pathsep)]


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = [row for row in done.stderr.splitlines() if row.startswith("✗")]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_too_little_disk_is_said_before_anything_is_fetched(run: Run) -> None:
    said = one_sentence(run("services", "bot", DENGHUO_NEEDED_GB="1000000"))
    assert "磁盘空间不足" in said
    assert "make room" in said


def test_no_network_is_one_sentence(run: Run) -> None:
    said = one_sentence(run("services"))
    assert "连不上软件源" in said
    assert "check network" in said


def test_no_python_3_10_says_what_to_install(run: Run) -> None:
    said = one_sentence(run("bot"))
    assert "没有找到 Python 3.10" in said
    assert "pyenv install 3.10" in said


def test_an_unknown_name_shows_the_usage() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "everything"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "usage" in done.stderr


def test_a_pyenv_shim_that_does_not_work_is_passed_over(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shims, good = tmp_path / "shims", tmp_path / "pyenv/versions/3.10.13/bin"
    shims.mkdir()
    good.mkdir(parents=True)
    _program(shims / "python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    _program(good / "python", "echo 3.10")
    monkeypatch.setenv("PATH", f"{shims}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert bootstrap.find_python(("3.10",), None) == good / "python"


def test_the_newest_patch_under_pyenv_is_taken(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patch in ("3.10.9", "3.10.13"):
        (tmp_path / "versions" / patch / "bin").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert [p.parent.parent.name for p in bootstrap.pyenv_candidates("3.10")] == ["3.10.13", "3.10.9"]


def _program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("stderr", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "磁盘写满了"),
        ("error: Failed to fetch: `…` Caused by: dns error", "连不上软件源"),
        ("error: Hash mismatch for `idna==3.10`", "校验值不符"),
        ("error: Permission denied (os error 13)", "没有写入权限"),
        ("error: something nobody has seen", "原因见"),
    ],
)
def test_what_the_installer_says_becomes_a_sentence(bootstrap: ModuleType, stderr: str, sentence: str) -> None:
    assert sentence in bootstrap.explain(stderr, bootstrap.ENVIRONMENTS["services"], Path("log"))


def test_a_set_up_clone_is_ready_within_a_second() -> None:
    started = time.monotonic()
    done = subprocess.run([sys.executable, str(SCRIPT), "dev"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert time.monotonic() - started < 1.5
