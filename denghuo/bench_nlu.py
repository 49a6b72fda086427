"""`denghuo bench nlu [--json] [--without-stock] [--write-report]`: how well sentences are understood.

The figures are made by `bot.nlu.bench` in the bot's own environment; here they are only asked for and passed on.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
LONGEST_S = 120 * 60  # stock Rasa trains for most of an hour on two cores, and is stopped after 75 minutes


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 when every annotated entity lies on token edges, else 1.

    Raises:
        SystemExit: the bot's environment has not been made yet.
    """
    if not PYTHON.exists():
        raise SystemExit("The bot's environment is missing; run `make setup` first.")
    command = [str(PYTHON), "-W", "ignore", "-m", "bot.nlu.bench", *(arguments or [])]
    return subprocess.run(command, cwd=ROOT, timeout=LONGEST_S).returncode
