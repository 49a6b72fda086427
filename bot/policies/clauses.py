"""A sentence cut where a second request may begin, each part understood by itself (called by the channel).

Most turns have one part and cost nothing here.
"""

from __future__ import annotations

import re
from typing import Any

_CUT = re.compile(
    r"[，,。；;！!？?、\s]*(?:另外|还有个?|对了|顺便(?:问一?下?)?|同时|然后再|再帮我|再问一?下?)[，,、\s]*|[。；;！!？?]+\s*|[，,]\s*(?=.{0,3}(?:阶梯|电费|停电|怎么|多少|什么时候|几点))"
)
SHORTEST = 3


def parts_of(text: str) -> list[tuple[int, int]]:
    """Start and end of every part long enough to be a request; one part when there is nothing to cut."""
    cuts = [(m.start(), m.end()) for m in _CUT.finditer(text) if m.end() > m.start()]
    edges = [0, *(edge for cut in cuts for edge in cut), len(text)]
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    return [(start, end) for start, end in spans if end - start >= SHORTEST]


async def clauses_of(processor: Any, text: str) -> list[dict[str, Any]]:
    """`[{"text","start","end","intent","confidence"}]`, empty when the sentence is one piece."""
    if text.startswith("/") or len(text) < 2 * SHORTEST:
        return []
    spans = parts_of(text)
    if len(spans) < 2:
        return []
    from rasa.core.channels.channel import UserMessage

    found = []
    for start, end in spans[:4]:
        parsed = await processor.parse_message(UserMessage(text[start:end]))
        intent = parsed.get("intent") or {}
        found.append(
            {
                "text": text[start:end],
                "start": start,
                "end": end,
                "intent": intent.get("name"),
                "confidence": float(intent.get("confidence") or 0),
            }
        )
    return found
