"""A sentence with two parts, each understood by itself, as the classifier cut it (`bot/nlu/requests.py`).

Most turns have one part and cost nothing here.
"""

from __future__ import annotations

from typing import Any

SHORTEST = 6  # signs; less holds no two requests


async def clauses_of(processor: Any, text: str) -> list[dict[str, Any]]:
    """`[{"text","start","end","intent","confidence"}]` in the order said, empty when the sentence is one piece."""
    if text.startswith("/") or len(text) < SHORTEST:
        return []
    from rasa.core.channels.channel import UserMessage

    from bot.nlu.cleaning import cleaned
    from bot.nlu.requests import cuts_of

    if not cuts_of(cleaned(text)):
        return []
    parsed = await processor.parse_message(UserMessage(text))
    return list(parsed.get("clauses") or [])
