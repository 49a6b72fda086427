"""What a person who takes over is told: the task, the facts, what is done.

The actions keep it in the slot `learnt` in an agent's words (`actions/learnt.py`); a talk in which no action has run
yet has learnt nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def learnt_of(slots: Mapping[str, Any]) -> dict[str, Any]:
    """`{"task", "facts": [[name, value], …], "done": […]}`."""
    known = slots.get("learnt")
    known = known if isinstance(known, dict) else {}
    return {
        **known,
        "task": known.get("task") or slots.get("task"),
        "facts": list(known.get("facts") or ()),
        "done": list(known.get("done") or slots.get("done") or ()),
    }
