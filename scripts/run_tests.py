"""`make test` and `make rows`: train the model if it is stale, run pytest, and for rows write the table.

Arguments are pytest's; `--rows` runs only tests that show a row of the seed and rewrites docs/rows.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".pytest_cache" / "rows.json"


def main(arguments: list[str]) -> int:
    rows = "--rows" in arguments
    options = [a for a in arguments if a != "--rows"] + (["-m", "row"] if rows else [])
    trained = subprocess.run([sys.executable, "-m", "denghuo.cli", "train", "--if-stale"], cwd=ROOT)
    if trained.returncode != 0:
        return trained.returncode
    started = time.monotonic()
    environ = {**os.environ, "DENGHUO_ROWS_FILE": str(RESULTS)}
    code = subprocess.run([sys.executable, "-m", "pytest", *options], cwd=ROOT, env=environ).returncode
    print(f"tests took {time.monotonic() - started:.0f} s")
    if rows:
        table = subprocess.run([sys.executable, "scripts/rows.py", str(RESULTS)], cwd=ROOT).returncode
        return code or table
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
