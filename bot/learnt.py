"""What a person who takes over is told: the task, the facts, what is done.

The actions keep it in the slot `learnt` in an agent's words (`actions/learnt.py`); a talk in which no action has run
yet has learnt nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ELDER = "请慢说，短句，一次一件"


def learnt_of(slots: Mapping[str, Any]) -> dict[str, Any]:
    """`{"task", "facts": [[name, value], …], "done": […]}`."""
    known = slots.get("learnt")
    known = known if isinstance(known, dict) else {}
    manner = [["客户", ELDER]] if slots.get("elder") else []
    return {
        **known,
        "task": known.get("task") or slots.get("task"),
        "facts": [*(known.get("facts") or ()), *manner],
        "done": list(known.get("done") or slots.get("done") or ()),
    }
