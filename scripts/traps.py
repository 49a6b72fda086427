"""Our own traps: mistakes no general linter knows. `python scripts/traps.py [file …]` prints each; exit code 1.

A line that means it says `# trap-ok: why`.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PERSONAL = {"phone", "contact_phone", "caller_phone", "caller", "address", "id_no", "customer_name", "account_no"}
LOG_NAMES = {"log", "logger", "logging"}
LOG_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
MASKS = re.compile(r"mask|last4|scrub|digest")
MONEY = re.compile(r"(^|_)(amount|price|fee|balance|due|yuan|fen|arrears|deposit)(_|$)")
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
HTTPX = {"Client", "AsyncClient", "get", "post", "put", "delete", "patch", "request", "stream"}
# In halves, so that this file does not trap itself.
REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.", "deb\\." + "debian")))
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".txt", ".in", ".cfg", ".ini", ".js", ".html", ".sh", ".json", ""}


@dataclass(frozen=True)
class Trap:
    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def _called(node: ast.Call) -> tuple[str, str]:
    """`log.info(…)` → ("log", "info"); the last two parts of the name."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return "", function.id if isinstance(function, ast.Name) else ""
    owner = function.value
    return (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")), function.attr


def _unmasked(node: ast.Call) -> Iterator[str]:
    if _called(node)[0] not in LOG_NAMES or _called(node)[1] not in LOG_LEVELS:
        return
    for keyword in node.keywords:
        if keyword.arg in PERSONAL and not MASKS.search(ast.unparse(keyword.value)):
            yield f"{keyword.arg} goes to a log unmasked: kernel.masking"


def _clock(node: ast.Call, path: Path) -> Iterator[str]:
    if path.as_posix() != "kernel/clock.py" and _called(node) in CLOCKS:
        yield f"{'.'.join(_called(node))}(): kernel.clock is the only clock"


def _httpx(node: ast.Call) -> Iterator[str]:
    owner, name = _called(node)
    if owner == "httpx" and name in HTTPX and not any(k.arg in ("timeout", None) for k in node.keywords):
        yield f"httpx.{name} without timeout"


def _float_money(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
        name = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
        if MONEY.search(name) and re.search(r"\bfloat\b", ast.unparse(node.annotation)):
            yield f"{name} is money as float: int fen or Decimal"
    is_cast = isinstance(node, ast.Call) and _called(node) == ("", "float") and bool(node.args)
    if is_cast and MONEY.search(ast.unparse(node.args[0])):  # type: ignore[attr-defined]
        yield "money made a float: int fen or Decimal"


def _rasa(node: ast.AST, path: Path) -> Iterator[str]:
    if path.parts[0] == "bot" or path.parts[:2] == ("tests", "bot"):
        return
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
    names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    if any(name == "rasa" or name.startswith("rasa.") for name in names):
        yield "rasa is imported outside bot/"


def python_traps(path: Path, source: str) -> Iterator[Trap]:
    """`path` relative to the root; tests may use other clocks."""
    in_tests = path.parts[0] == "tests"
    for node in ast.walk(ast.parse(source)):
        found: list[str] = []
        if isinstance(node, ast.Call):
            found += [*_unmasked(node), *_httpx(node)]
            found += [] if in_tests else _clock(node, path)
        found += [*_float_money(node), *_rasa(node, path)]
        yield from (Trap(path, getattr(node, "lineno", 0), what) for what in found)


def text_traps(path: Path, source: str) -> Iterator[Trap]:
    for number, row in enumerate(source.splitlines(), start=1):
        if REGISTRIES.search(row):
            yield Trap(path, number, "names the address of a package registry")


def traps_in(path: Path, source: str) -> list[Trap]:
    """All traps of one file that no `trap-ok` excuses."""
    found = list(text_traps(path, source))
    if path.suffix == ".py":
        found += python_traps(path, source)
    rows = source.splitlines()
    return [t for t in found if not (0 < t.line <= len(rows) and "trap-ok:" in rows[t.line - 1])]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [Path(name) for name in listed]


def main(arguments: list[str]) -> int:
    paths = [Path(a).resolve().relative_to(ROOT) for a in arguments] or tracked()
    found: list[Trap] = []
    for path in paths:
        if path.suffix in TEXT and (ROOT / path).is_file():
            found += traps_in(path, (ROOT / path).read_text(errors="replace"))
    for trap in found:
        print(trap)
    print(f"traps: {len(found)} in {len(paths)} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
