"""Text for the ear, remembered: reading a sentence aloud is asked for again and again with the same sentences."""

from __future__ import annotations

import re
from functools import lru_cache

from kernel.speech import speakable

_NEEDS_CARE = re.compile(r"[0-9A-Za-z０-９*#%￥¥°/@\[\]【】]")


@lru_cache(maxsize=4096)
def spoken(text: str) -> str:
    """The text itself when it can be spoken as it is, else `kernel.speech.speakable` of it."""
    return speakable(text) if _NEEDS_CARE.search(text) else text
