"""What the recogniser reads: the customer's text with look-alikes made alike, character for character.

Every replacement is one character by one, so offsets of entities hold in the original text too.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000  # characters read by the recogniser; a request stands in the first lines, the rest is only kept


def _plain(char: str) -> str:
    wide = unicodedata.normalize("NFKC", char)
    if len(wide) == 1:
        char = wide
    category = unicodedata.category(char)
    if category[0] == "C" or category in ("So", "Sk", "Zs", "Zl", "Zp", "Mn", "Me"):
        return " "
    return char


def normalise(text: str) -> str:
    """Half width, lower-case Latin, no control characters, no emoji; the same length as `text` cut to LONGEST."""
    plain = "".join(_plain(char) for char in text[:LONGEST])
    return "".join(c.lower() if "A" <= c <= "Z" else c for c in plain)


_DIGIT_RUN = re.compile(r"[0-9幺洞拐勾零〇一二三四五六七八九]{4,}|[0-9]+")


def without_numbers(text: str) -> str:
    """Runs of digits become one sign that tells their length, so that no classifier learns a customer's number."""
    return _DIGIT_RUN.sub(lambda m: f"<{min(len(m[0]), 12)}>", text)
