"""The real ticketing service on a real PostgreSQL, served over a socket, with the sample in it and the clock held."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx
import uvicorn

from backends.ticketing import sample
from backends.ticketing.app import make_app
from kernel import clock
from kit import migrate
from kit.db import Database
from kit.settings import Settings

NOON = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)


@dataclass(frozen=True)
class Served:
    base_url: str
    database_url: str
    token: str
    identity_secret: str

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.base_url, headers={"Authorization": f"Bearer {self.token}"}, timeout=20, trust_env=False
        )


async def _seed(database_url: str) -> None:
    database = Database(database_url)
    async with database.transaction() as session:
        await sample.load(session)
    await database.close()


@contextmanager
def serving(database_url: str) -> Iterator[Served]:
    migrate.up(database_url, "jobs", "ticketing")
    home = tempfile.mkdtemp(prefix="denghuo-ticketing-")
    config = Settings(environment="test", home=home, database={"url": database_url, "pool_size": 8})
    with clock.hold(NOON), ThreadPoolExecutor(1) as aside:  # aside: the caller may be inside a loop of its own
        aside.submit(lambda: asyncio.run(_seed(database_url))).result()
    server = uvicorn.Server(uvicorn.Config(make_app(config), host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ends = time.monotonic() + 20
    while not server.started and thread.is_alive() and time.monotonic() < ends:
        time.sleep(0.02)
    assert server.started, "the ticketing service did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    token, secret = config.service.token.get_secret_value(), config.identity.secret.get_secret_value()
    yield Served(f"http://127.0.0.1:{port}", database_url, token, secret)
    server.should_exit = True
    thread.join(10)
    shutil.rmtree(home, ignore_errors=True)
