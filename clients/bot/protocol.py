"""What we ask of a bot. The wire form, in and out, is docs/architecture.md "A turn to the bot"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Bot(Protocol):
    async def turn(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer to one turn. The same `conversation_id` and `turn_key` have the same answer, so a turn may be
        asked for again after any failure.

        Raises:
            Unavailable: not now, or the outcome is unknown; ask again. Rejected: this input, never.
        """
        ...
