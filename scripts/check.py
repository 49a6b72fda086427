"""`make check`: every check runs, each with its seconds; the exit code is 1 when one fails."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PACKAGES = ("kernel", "kit", "clients", "backends", "bot", "actions", "gateway", "ivr", "desk", "denghuo", "scripts")

CHECKS: dict[str, tuple[str, ...]] = {
    # Without its cache: it keeps a verdict on import order from before a neighbouring module was there.
    "lint": (str(BIN / "ruff"), "check", "--no-cache", "."),
    "format": (str(BIN / "ruff"), "format", "--check", "."),
    "types": (str(BIN / "mypy"), *PACKAGES),
    "arrows": (str(BIN / "lint-imports"),),
    "traps": (sys.executable, "scripts/traps.py"),
    # In the bot's environment, for its words and its classifier.
    "data": (str(ROOT / ".venv-rasa" / "bin" / "python"), "-W", "ignore", "-m", "bot.nlu.gate"),
}


def main() -> int:
    failed = []
    for name, command in CHECKS.items():
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        print(f"{'✓' if done.returncode == 0 else '✗'} {name:<8} {time.monotonic() - started:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout[-6000:] + done.stderr[-2000:], flush=True)
    print(f"make check: {len(CHECKS) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
