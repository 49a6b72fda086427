"""The real ticketing service on a real PostgreSQL, served over a socket, with the sample in it and the clock held."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from backends.ticketing import sample
from backends.ticketing.app import make_app
from kernel import clock
from kit import migrate
from kit.db import Database
from kit.settings import Settings

_threads = importlib.import_module("tests.support.serving")
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
    with _threads.serving(make_app(config)) as base_url:
        token, secret = config.service.token.get_secret_value(), config.identity.secret.get_secret_value()
        yield Served(base_url, database_url, token, secret)
    shutil.rmtree(home, ignore_errors=True)
