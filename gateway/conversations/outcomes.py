"""What turns brought, told to whoever waits in the process that worked on them; anybody else reads the tables."""

from __future__ import annotations

import asyncio

from gateway.conversations.schemas import Turn

Place = tuple[str, int]  # conversation, place of the accepted message


class Outcomes:
    def __init__(self) -> None:
        self._expected: dict[Place, asyncio.Future[Turn | None]] = {}

    def expect(self, place: Place) -> None:
        """From here on `of` waits for this turn, until it is told."""
        self._expected[place] = asyncio.get_running_loop().create_future()

    def tell(self, place: Place, turn: Turn | None) -> None:
        """None: it did not end here, or not in one piece. Told twice, the first holds."""
        future = self._expected.pop(place, None)
        if future is not None and not future.done():
            future.set_result(turn)

    async def of(self, place: Place, wait_s: float) -> Turn | None:
        """None when it has to be read: it is not worked on here, took longer, or brought more than one transaction."""
        future = self._expected.get(place)
        if future is None:
            return None
        await asyncio.wait({future}, timeout=wait_s)
        return future.result() if future.done() else None
