"""Who follows a conversation is woken when it changes, in whatever process the change was made.

PostgreSQL's LISTEN/NOTIFY carries it: a notice leaves with the commit it belongs to, and nothing else has to be up.
A notice can still be missed (the connection drops), so every wait on it is bounded and reads again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg

from gateway.conversations.repository import CHANNEL
from kit import logging

log = logging.get("gateway.wakeups")
_RECONNECT_S = 0.5


class Wakeups:
    """One LISTEN connection a process, many waiters."""

    def __init__(self, database_url: str) -> None:
        self._dsn = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._followers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._desks: set[asyncio.Queue[str]] = set()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._listen(), name="wakeups")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=3)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._wake_all()  # whatever was missed while not listening
                    async for notice in connection.notifies():
                        self._heard(notice.payload)
            except psycopg.Error as err:
                log.warning("not listening, trying again", error=type(err).__name__)
            await asyncio.sleep(_RECONNECT_S)

    def _heard(self, payload: str) -> None:
        conversation_id, _, mark = payload.partition(" ")
        for event in self._followers.get(conversation_id, ()):
            event.set()
        if mark == "p":
            self._tell_desks(conversation_id)

    def _wake_all(self) -> None:
        for events in self._followers.values():
            for event in events:
                event.set()
        self._tell_desks("")

    def _tell_desks(self, conversation_id: str) -> None:
        for queue in self._desks:
            with contextlib.suppress(asyncio.QueueFull):  # a full one is awake already and will read everything
                queue.put_nowait(conversation_id)

    @contextmanager
    def following(self, conversation_id: str) -> Any:
        """An event that is set whenever the conversation changes."""
        event = asyncio.Event()
        self._followers[conversation_id].add(event)
        try:
            yield event
        finally:
            self._followers[conversation_id].discard(event)
            if not self._followers[conversation_id]:
                del self._followers[conversation_id]

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[asyncio.Queue[str]]:
        """Ids of conversations people own, as they change; an empty id: anything may have changed."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        self._desks.add(queue)
        try:
            yield queue
        finally:
            self._desks.discard(queue)


async def wait_for(event: asyncio.Event, at_most_s: float) -> None:
    """Until woken or the time is up; either way, read again."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), max(at_most_s, 0))
    event.clear()
