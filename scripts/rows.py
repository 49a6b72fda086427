"""The table row → tests → passed, made from tests/rows.csv and the results of a test run; written to docs/rows.md.

python scripts/rows.py RESULTS.json [TARGET.md]
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# Rows of the seed

Made by `make rows`; not edited by hand. Each paragraph of the source that asks for behaviour has a number; the
tests that show it carry `@pytest.mark.row("S26")`. A row that is a principle only says where it is honoured.

"""


def state_of(row: dict[str, str], tests: dict[str, str]) -> str:
    """passed, FAILED, skipped, principle or empty."""
    if row["principle"]:
        return "principle"
    if not tests:
        return "–"
    outcomes = set(tests.values())
    return "FAILED" if "failed" in outcomes else ("passed" if "passed" in outcomes else "skipped")


def short(node_id: str) -> str:
    """`tests/ivr/menu/test_x.py::test_y[z]` → `ivr/menu: y`."""
    path, _, name = node_id.partition("::")
    return f"{Path(path).parent.as_posix().removeprefix('tests/')}: {name.partition('[')[0].removeprefix('test_')}"


def lines_of(rows: list[dict[str, str]], results: dict[str, dict[str, str]]) -> Iterator[str]:
    yield "| row | source | asks | shown by | state |"
    yield "|---|---|---|---|---|"
    for row in rows:
        tests = results.get(row["row"], {})
        named = "<br>".join(sorted({short(test) for test in tests})) or row["principle"]
        yield f"| {row['row']} | {row['source']} | {row['asks']} | {named} | {state_of(row, tests)} |"


def main(results_file: str, target: str = str(ROOT / "docs/rows.md")) -> int:
    with (ROOT / "tests/rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    results = json.loads(Path(results_file).read_text())
    unknown = sorted(set(results) - {row["row"] for row in rows})
    states = [state_of(row, results.get(row["row"], {})) for row in rows]
    shown = (
        f"{states.count('passed')} passed, {states.count('FAILED')} failed, {states.count('principle')} principles, "
    )
    summary = f"{shown}{states.count('–') + states.count('skipped')} not shown yet, of {len(rows)} rows"
    Path(target).write_text(f"{HEAD}{summary}\n\n" + "\n".join(lines_of(rows, results)) + "\n", encoding="utf-8")
    print(summary)
    if unknown:
        print(f"marks name rows that do not exist: {', '.join(unknown)}", file=sys.stderr)
    return 1 if unknown or "FAILED" in states else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
