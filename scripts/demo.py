"""`make demo`: start the line, let a sample customer report a power cut by chat, show what runs, stop it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DENGHUO = (sys.executable, "-m", "denghuo.cli")
SAID = ("家里没电了", "没有", "翠湖花园3号楼2单元402", "就我一家", "13812345678", "是的")


def denghuo(*arguments: str) -> int:
    print(f"\n$ denghuo {' '.join(arguments)}", flush=True)
    return subprocess.run([*DENGHUO, *arguments], cwd=ROOT).returncode


def main() -> int:
    if denghuo("up", "--detach") != 0:
        return 1
    try:
        said = [part for text in SAID for part in ("--say", text)]
        return denghuo("chat", *said) or denghuo("status")
    finally:
        denghuo("down")


if __name__ == "__main__":
    sys.exit(main())
