"""Rows out of a file: JSON lines, or CSV with the fields' names in its first line. Pure."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from backends.ticketing.errors import BadField

MOST_ROWS = 20_000
MOST_BYTES = 16 * 1024 * 1024
_YES_NO = {"true": True, "false": False}


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """Every row as the fields of an order, in file order; blank lines left out.

    Raises:
        BadField: not UTF-8, no rows, too many, or a line that is neither.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise BadField("file", "UTF-8 is wanted") from err
    rows = _json_lines(text) if text.lstrip().startswith("{") else _csv(text)
    if not rows or len(rows) > MOST_ROWS:
        raise BadField("file", f"1 to {MOST_ROWS} rows are wanted, not {len(rows)}")
    return rows


def _json_lines(text: str) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as err:
            raise BadField("file", f"line {number} is no JSON") from err
        if not isinstance(row, dict):
            raise BadField("file", f"line {number} is no object")
        rows.append(row)
    return rows


def _csv(text: str) -> list[dict[str, Any]]:
    """Empty cells are fields that are not said."""
    found = csv.DictReader(io.StringIO(text), strict=True)
    try:
        return [{k: _YES_NO.get(v, v) for k, v in row.items() if k and v not in (None, "")} for row in found]
    except csv.Error as err:
        raise BadField("file", f"line {found.line_num} is no CSV") from err
