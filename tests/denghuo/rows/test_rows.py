"""The table of rows tells passed from failed, and a mark that names no row is an error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def make_table(tmp_path: Path, results: dict[str, dict[str, str]]) -> tuple[int, str, str]:
    source, target = tmp_path / "results.json", tmp_path / "rows.md"
    source.write_text(json.dumps(results))
    command = [sys.executable, "scripts/rows.py", str(source), str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, target.read_text(), done.stderr


def row(table: str, number: str) -> str:
    return next(line for line in table.splitlines() if line.startswith(f"| {number} |"))


def test_all_156_rows_stand_in_the_table(tmp_path: Path) -> None:
    code, table, _ = make_table(tmp_path, {})
    assert code == 0
    assert [f"S{n:02d}" for n in range(1, 157) if f"| S{n:02d} |" not in table] == []


def test_a_row_whose_tests_passed_is_passed(tmp_path: Path) -> None:
    code, table, _ = make_table(tmp_path, {"S26": {"tests/journeys/first/test_a.py::test_report": "passed"}})
    assert code == 0
    assert row(table, "S26").endswith("| journeys/first: report | passed |")


def test_one_failed_test_fails_the_row_and_the_command(tmp_path: Path) -> None:
    code, table, _ = make_table(tmp_path, {"S26": {"tests/a.py::test_a": "passed", "tests/a.py::test_b": "failed"}})
    assert code == 1
    assert row(table, "S26").endswith("| FAILED |")


def test_a_mark_that_names_no_row_is_an_error(tmp_path: Path) -> None:
    code, _, said = make_table(tmp_path, {"S999": {"tests/a.py::test_a": "passed"}})
    assert code == 1
    assert "S999" in said
