"""What the bot waits for, as one string between rooms: `digits:10`, `yes_no`, `choice:["a","b"]`, …

The phone gathers by it and the widget shows the matching keys.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

_PLAIN = ("yes_no", "phone", "month", "free")


@dataclass(frozen=True)
class Expects:
    """`kind` is digits, yes_no, phone, month, free or choice; `length` counts digits; `choices` are ids in order."""

    kind: str
    length: int | None = None
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "digits":
            return f"digits:{self.length}"
        if self.kind == "choice":
            return "choice:" + json.dumps(list(self.choices), ensure_ascii=False, separators=(",", ":"))
        return self.kind


FREE = Expects("free")


def parse(text: str | None) -> Expects:
    """Read an `expects` string; None or empty is `free`.

    Raises:
        ValueError: not one of the known shapes.
    """
    if not text:
        return FREE
    kind, _, rest = text.partition(":")
    if kind in _PLAIN and not rest:
        return Expects(kind)
    if kind == "digits" and rest.isdigit():
        return Expects("digits", length=int(rest))
    if kind == "choice":
        ids = json.loads(rest)
        if isinstance(ids, list) and all(isinstance(i, str) for i in ids):
            return Expects("choice", choices=tuple(ids))
    raise ValueError(f"not an expects string: {text!r}")
