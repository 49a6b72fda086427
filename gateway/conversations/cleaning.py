"""What a customer sent, made fit to keep and to read."""

from __future__ import annotations

import re

MAX_CHARS = 10_000
# Control characters (PostgreSQL refuses NUL), and marks that turn the direction of other people's text.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Without control characters, lone surrogates and ends of blank; at most 10 000 characters."""
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return _UNWANTED.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")).strip()[:MAX_CHARS]
