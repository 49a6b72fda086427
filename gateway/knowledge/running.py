"""The store of a running process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from clients.knowledge.search.vectors import VectorStore
from gateway.knowledge.load import VECTORS
from gateway.knowledge.service import StoredKnowledge
from kernel.errors import ServiceError
from kit import logging
from kit.db import Database

log = logging.get("gateway.knowledge")


@asynccontextmanager
async def knowing(database: Database) -> AsyncIterator[StoredKnowledge]:
    """The knowledge; its index and its model are made behind the start, which does not wait for them."""
    store = StoredKnowledge(database, await asyncio.to_thread(VectorStore, VECTORS))
    warming = asyncio.create_task(_warm_up(store))
    try:
        yield store
    finally:
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming
        await store.aclose()


async def _warm_up(store: StoredKnowledge) -> None:
    try:
        await store.warm_up()
    except ServiceError as err:
        log.warning("not warmed up, the first question will", code=err.code)
