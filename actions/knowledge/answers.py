"""One look into the knowledge for an action."""

from __future__ import annotations

from actions import services
from clients.knowledge.protocol import Answer
from kernel.errors import ServiceError


async def best_answer(question: str) -> Answer | None:
    """The entry that answers the question with a clear margin; None when unsure or the search is off."""
    try:
        found = await services.knowledge().search(question, limit=3)
    except ServiceError:
        return None
    return found.results[0] if found.decision == "answer" and found.results else None
