"""A store of the knowledge on a real PostgreSQL, served over a socket; wordings are compared by signs alone."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from clients.knowledge.search.vectors import signs_only
from gateway.knowledge.endpoints import router
from gateway.knowledge.service import StoredKnowledge
from kit import migrate
from kit.db import Database
from kit.settings import Settings
from kit.web import create_app


@dataclass(frozen=True)
class Served:
    base_url: str
    token: str


def make_app(database_url: str) -> FastAPI:
    config = Settings(environment="test", database={"url": database_url})

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(database_url, pool_size=2)
        app.state.knowledge = StoredKnowledge(database, signs_only())
        yield
        await database.close()

    app = create_app("knowledge", lifespan=lifespan)
    app.state.settings = config
    app.include_router(router)
    return app


@contextmanager
def serving(database_url: str) -> Iterator[Served]:
    """One process that answers for the knowledge of this database; several may."""
    migrate.up(database_url, "knowledge")
    app = make_app(database_url)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ends = time.monotonic() + 20
    while not server.started and thread.is_alive() and time.monotonic() < ends:
        time.sleep(0.02)
    assert server.started, "the knowledge did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(f"http://127.0.0.1:{port}", app.state.settings.service.token.get_secret_value())
    server.should_exit = True
    thread.join(10)
