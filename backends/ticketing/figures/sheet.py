"""Figures as CSV that a spreadsheet opens as it is: UTF-8 with a mark, and nothing in it that runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from backends.ticketing.figures.kpis import KPIS

_RUNS = ("=", "+", "-", "@", "\t", "\r")
COUNTS = ("count", "open", "urged", "reopened", "escalated")
_COUNTS_ZH = ("件数", "未办结", "催过的", "重开的", "升级的")


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is put behind a quote."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value


def render(by: str | None, rows: Iterable[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    heads = [column for kpi in KPIS for column in _heads(kpi.name, kpi.zh, kpi.unit, kpi.kind)]
    writer.writerow([by or "all", *_COUNTS_ZH, *heads])
    for row in rows:
        figures = [cell for kpi in KPIS for cell in _cells(kpi.kind, row["kpis"][kpi.name])]
        writer.writerow([harmless(row["key"]), *(row[name] for name in COUNTS), *figures])
    return "\ufeff" + out.getvalue()


def _heads(name: str, zh: str, unit: str, kind: str) -> list[str]:
    p90 = [f"{zh} 九成以内（{unit}）"] if kind == "spread" else []
    return [f"{zh}（{unit}） {name}", *p90, f"{zh} 件数"]


def _cells(kind: str, figure: dict[str, Any]) -> list[Any]:
    p90 = [figure["p90"]] if kind == "spread" else []
    return ["" if cell is None else cell for cell in (figure["value"], *p90, figure["of"])]
