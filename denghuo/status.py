"""`denghuo status`: what runs, asked afresh, not remembered."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from denghuo import table
from denghuo.line import Line
from denghuo.supervisor import Lock, state_file


def read(line: Line) -> dict[str, Any]:
    """`{"running","processes":[{"name","url","health","pid","restarts"}]}`; health is ok, starting or down."""
    running = Lock(line.home).holder() is not None
    known = {row["name"]: row for row in _state(line.home)} if running else {}
    specs = table.all_specs(line)
    answers = asyncio.run(_ask([spec.health for spec in specs])) if running else [False] * len(specs)
    rows = []
    for spec, well in zip(specs, answers, strict=True):
        row = known.get(spec.name, {})
        health = "ok" if well and row.get("pid") else ("starting" if row.get("health") == "starting" else "down")
        rows.append(
            {
                "name": spec.name,
                "url": spec.url,
                "health": health,
                "pid": row.get("pid"),
                "restarts": row.get("restarts", 0),
            }
        )
    return {"running": running, "processes": rows}


async def _ask(questions: list[Any]) -> list[bool]:
    answers = await asyncio.gather(*(question() for question in questions), return_exceptions=True)
    return [answer is True for answer in answers]


def _state(home: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(state_file(home).read_text())["processes"])
    except (OSError, ValueError, KeyError):
        return []
