"""Which tools does this clone need, and are they here? Makes both Python environments, or says in one sentence why not.

Standard library only and good for any Python >= 3.10, because it runs before anything of ours is installed.

    python3 scripts/bootstrap.py services bot        what `make run` needs
    python3 scripts/bootstrap.py dev bot chromium    what `make test` needs
    python3 scripts/bootstrap.py dev                 what `make check` needs

A stamp file in each environment holds the digest of its lock file, so a second run only compares
digests (well under a second).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(os.environ.get("DENGHUO_BOOTSTRAP_ROOT", Path(__file__).resolve().parent.parent))
TOOLS = ROOT / ".tools"
UV_VERSION = "0.13.9"
STAMP = ".denghuo-stamp.json"
NEEDED_GB = {"services": 1.0, "dev": 1.2, "bot": 3.5}
CACHE_GB = 0.5  # on top of an environment: what uv unpacks on its way
VERSION_PROBE = "import sys;print('%d.%d' % sys.version_info[:2])"


class Stop(Exception):
    """The sentence a person reads, Chinese first; the program ends with exit code 1 and no traceback."""


@dataclass(frozen=True)
class Environment:
    """One environment: folder, lock file, Python versions in order of liking, wheels' console script to make."""

    name: str
    folder: Path
    lock: Path
    pythons: tuple[str, ...]
    what: str

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


ENVIRONMENTS = {
    "services": Environment(
        "services", ROOT / ".venv", ROOT / "locks/services.txt", ("3.12", "3.11"), "services 服务环境"
    ),
    "dev": Environment(
        "dev", ROOT / ".venv", ROOT / "locks/dev.txt", ("3.12", "3.11"), "services + tests 服务与测试环境"
    ),
    "bot": Environment("bot", ROOT / ".venv-rasa", ROOT / "locks/bot.txt", ("3.10",), "Rasa 3.6.21 对话环境"),
}


class Progress:
    """Numbered lines with the seconds each step took."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.started = time.monotonic()

    def step(self, text: str) -> None:
        self.done += 1
        print(f"[{self.done}/{self.total}] {text}", flush=True)

    def note(self, text: str) -> None:
        print(f"      {text}", flush=True)


# ── tools ────────────────────────────────────────────────────────────────────────────────────────


def python_version(executable: Path | str) -> str | None:
    """The "3.10" of an interpreter, or None. It is run to find out: a pyenv shim exists and yet may not work."""
    try:
        answer = subprocess.run([str(executable), "-c", VERSION_PROBE], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def pyenv_candidates(version: str) -> list[Path]:
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))

    def patch(folder: Path) -> int:
        found = re.search(r"\.(\d+)$", folder.name)
        return int(found.group(1)) if found else -1

    return [f / "bin" / "python" for f in sorted((root / "versions").glob(f"{version}.*"), key=patch, reverse=True)]


def find_python(versions: tuple[str, ...], uv: Path | None) -> Path | None:
    """First working interpreter: PATH, the running one, pyenv's folder, then what uv knows. No download."""
    for version in versions:
        named = shutil.which(f"python{version}")
        candidates = [Path(named)] if named else []
        candidates += [Path(sys.executable), *pyenv_candidates(version)]
        for candidate in candidates:
            if python_version(candidate) == version:
                return candidate
    for version in versions if uv else ():
        answer = subprocess.run(
            [str(uv), "python", "find", "--no-python-downloads", version], capture_output=True, text=True
        )
        found = answer.stdout.strip()
        if answer.returncode == 0 and python_version(found) == version:
            return Path(found)
    return None


def python_for(environment: Environment, uv: Path, progress: Progress) -> Path:
    found = find_python(environment.pythons, uv)
    if found:
        return found
    wanted = environment.pythons[0]
    progress.note(f"no Python {wanted} here, asking uv to install one / 本机没有 Python {wanted}，正在让 uv 安装")
    answer = subprocess.run([str(uv), "python", "install", wanted], capture_output=True, text=True)
    found = find_python(environment.pythons, uv) if answer.returncode == 0 else None
    if not found:
        raise Stop(
            f"没有找到 Python {wanted}，也没能自动安装：请先安装它（例如 pyenv install {wanted}），再运行一次。"
            f" / Python {wanted} is missing and could not be installed: install it (pyenv install {wanted}), run again."
        )
    return found


def find_uv() -> Path | None:
    for candidate in (shutil.which("uv"), str(TOOLS / "uv")):
        if candidate and Path(candidate).exists():
            try:
                works = subprocess.run([candidate, "--version"], capture_output=True, timeout=20).returncode == 0
            except (OSError, subprocess.TimeoutExpired):
                works = False
            if works:
                return Path(candidate)
    return None


def fetch_uv(progress: Progress) -> Path:
    """Install the pinned uv from its wheel with the pip of a throw-away environment, keep only the program."""
    progress.note(f"fetching uv {UV_VERSION} / 正在取安装工具 uv")
    scratch = TOOLS / "uv-scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    TOOLS.mkdir(exist_ok=True)
    target = [
        "--target",
        str(scratch / "lib"),
        "--no-deps",
        "--quiet",
        "--disable-pip-version-check",
        f"uv=={UV_VERSION}",
    ]
    try:
        if not _pip_install([sys.executable], target):
            made = subprocess.run([sys.executable, "-m", "venv", str(scratch / "venv")], capture_output=True)
            if made.returncode != 0 or not _pip_install([str(scratch / "venv/bin/python")], target):
                raise Stop(
                    "取不到安装工具 uv：请检查网络或软件源后再运行一次，或先自行安装 uv。"
                    " / Could not fetch uv: check the network or the index and run again, or install uv yourself."
                )
        shutil.move(str(scratch / "lib/bin/uv"), TOOLS / "uv")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return TOOLS / "uv"


def _pip_install(python: list[str], arguments: list[str]) -> bool:
    command = [*python, "-m", "pip", "install", *arguments]
    return subprocess.run(command, capture_output=True, text=True).returncode == 0


# ── environments ─────────────────────────────────────────────────────────────────────────────────


def digest(environment: Environment) -> str:
    """What the stamp must say: the lock's content, where the clone lies, and this program's way of installing."""
    if not environment.lock.exists():
        raise Stop(
            f"缺少 {environment.lock.relative_to(ROOT)}：请确认克隆完整。 / The lock file is missing: clone again."
        )
    content = hashlib.sha256(environment.lock.read_bytes())
    content.update(str(ROOT).encode() + b"|layout 1")
    return content.hexdigest()


def read_stamp(environment: Environment) -> dict[str, str]:
    try:
        return dict(json.loads((environment.folder / STAMP).read_text()))
    except (OSError, ValueError):
        return {}


def is_ready(environment: Environment) -> bool:
    """Whether this environment may be used as it is. `dev` holds everything `services` does, so it serves for both."""
    if not environment.python.exists():
        return False
    stamp = read_stamp(environment)
    if stamp.get(environment.name) == digest(environment):
        return True
    return environment.name == "services" and stamp.get("dev") == digest(ENVIRONMENTS["dev"])


def check_disk(environments: list[Environment]) -> None:
    free = shutil.disk_usage(ROOT).free / 1e9
    needed = sum(NEEDED_GB[e.name] for e in environments) + CACHE_GB
    needed = float(os.environ.get("DENGHUO_NEEDED_GB", needed))
    if free < needed:
        raise Stop(
            f"磁盘空间不足：需要约 {needed:.1f} GB，只剩 {free:.1f} GB，请腾出空间再运行一次。"
            f" / Not enough disk: about {needed:.1f} GB needed, {free:.1f} GB free; make room and run again."
        )


def install(environment: Environment, uv: Path, python: Path, progress: Progress) -> None:
    started = time.monotonic()
    if python_version(environment.python) not in environment.pythons:
        shutil.rmtree(environment.folder, ignore_errors=True)
        _run([str(uv), "venv", "--quiet", "--python", str(python), str(environment.folder)], environment)
    (environment.folder / STAMP).unlink(missing_ok=True)
    packages = environment.lock.read_text().count("==")
    progress.note(f"{packages} packages from {environment.lock.relative_to(ROOT)}")
    _run(
        [str(uv), "pip", "sync", "--require-hashes", "--python", str(environment.python), str(environment.lock)],
        environment,
        show=True,
    )
    put_project_on_path(environment)
    stamp = {environment.name: digest(environment)}
    (environment.folder / STAMP).write_text(json.dumps(stamp))
    progress.note(f"ready after {time.monotonic() - started:.0f} s")


def _run(command: list[str], environment: Environment, *, show: bool = False) -> None:
    """Run uv; its own progress goes to the terminal, its errors become one sentence."""
    loud = show and sys.stderr.isatty()
    done = subprocess.run(command, stderr=None if loud else subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    if done.returncode == 0:
        return
    log = TOOLS / f"install-{environment.name}.log"
    TOOLS.mkdir(exist_ok=True)
    log.write_text(done.stderr or "(shown on the terminal)")
    raise Stop(explain(done.stderr or "", environment, log))


REASONS = (
    (
        r"No space left|os error 28",
        "磁盘写满了：请腾出空间再运行一次。 / The disk is full: make room and run again.",
    ),
    (
        r"dns error|[Cc]onnect|timed out|network|Failed to fetch|error sending request|Could not connect",
        "连不上软件源：请检查网络（或代理、镜像设置）后再运行一次，已下载的不会重来。"
        " / The package index cannot be reached: check network or mirror and run again; downloads are kept.",
    ),
    (
        r"[Hh]ash mismatch",
        "软件包与锁文件的校验值不符：请换用可信的软件源再运行一次。"
        " / A package does not match the hash in the lock file: use a trusted index and run again.",
    ),
    (
        r"Permission denied|os error 13",
        "没有写入权限：请把项目放到自己可写的目录。 / No permission to write: move the clone.",
    ),
)


def explain(stderr: str, environment: Environment, log: Path) -> str:
    for pattern, sentence in REASONS:
        if re.search(pattern, stderr):
            return f"{sentence} ({log})"
    return f"安装 {environment.what} 失败，原因见 {log}。 / Installing {environment.name} failed, see the log."


def put_project_on_path(environment: Environment) -> None:
    """Let the environment import the rooms of this clone, and give it the `denghuo` command. Nothing is copied."""
    site = next((environment.folder / "lib").glob("python3.*/site-packages"))
    (site / "denghuo-project.pth").write_text(f"{ROOT}\n")
    if environment.name == "bot":
        return
    script = environment.folder / "bin" / "denghuo"
    script.write_text(f"#!{environment.python}\nimport sys\n\nfrom denghuo.cli import main\n\nsys.exit(main())\n")
    script.chmod(0o755)


# ── Chromium for the browser tests ───────────────────────────────────────────────────────────────

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PACKAGES = ("chromium", "fonts-noto-cjk")


def find_chromium() -> str | None:
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def ensure_chromium(progress: Progress) -> None:
    """Make a Chromium available when we may; say loudly that the browser tests will be skipped when we may not."""
    if find_chromium():
        progress.note(f"Chromium: {find_chromium()}")
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        progress.note("installing Chromium with apt for the browser tests / 正在安装浏览器")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install_it = ["apt-get", "install", "-y", "--no-install-recommends", *CHROMIUM_PACKAGES]
        subprocess.run(["apt-get", "update"], capture_output=True, env=quiet)
        TOOLS.mkdir(exist_ok=True)
        with (TOOLS / "install-chromium.log").open("w") as log:
            subprocess.run(install_it, stdout=log, stderr=log, env=quiet, stdin=subprocess.DEVNULL)
    if not find_chromium():
        progress.note(
            "!! NO CHROMIUM: browser tests WILL BE SKIPPED / 没有 Chromium，浏览器测试将跳过（apt install chromium）"
        )


# ── main ─────────────────────────────────────────────────────────────────────────────────────────


def prepare(wanted: list[str]) -> None:
    environments = [ENVIRONMENTS[name] for name in wanted if name in ENVIRONMENTS]
    missing = [e for e in environments if not is_ready(e)]
    progress = Progress(len(missing) + bool(missing) + ("chromium" in wanted))
    if missing:
        check_disk(missing)
        progress.step("uv, the installer / 准备安装工具")
        uv = find_uv() or fetch_uv(progress)
        for environment in missing:
            progress.step(f"{environment.what} → {environment.folder.name}/")
            install(environment, uv, python_for(environment, uv, progress), progress)
    if "chromium" in wanted:
        progress.step("Chromium for the browser tests / 浏览器")
        ensure_chromium(progress)


def main(arguments: list[str]) -> int:
    unknown = set(arguments) - set(ENVIRONMENTS) - {"chromium"}
    if unknown or not arguments:
        print(f"usage: bootstrap.py {{{','.join([*ENVIRONMENTS, 'chromium'])}}} …", file=sys.stderr)
        return 2
    try:
        prepare(arguments)
    except Stop as reason:
        print(f"✗ {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("✗ 已停下，再运行一次会从断点继续。 / Stopped; run again to go on from here.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"✗ 读写文件出错：{error}。 / A file could not be read or written: {error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
