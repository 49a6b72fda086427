"""A conversation core of the test's own on a real PostgreSQL, with a bot that follows a script."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from clients.bot.memory import MemoryBot
from gateway.conversations.mailbox import Patience
from gateway.conversations.service import Conversations, running
from kit import migrate
from kit.db import Database

# turn_s is far above what a scripted bot needs, so that a loaded machine does not make a quick answer a late one.
QUICK = Patience(turn_s=2.5, give_up_s=20, lease_s=1.5, sweep_s=0.2, first_retry_s=0.05, most_retry_s=0.2)


@pytest.fixture(scope="session")
def conversations_url(postgres_url: str) -> str:
    """The worker's database with the schemas this room needs."""
    migrate.up(postgres_url, "jobs", "conversations", "desk")
    return postgres_url


@pytest.fixture
async def db(conversations_url: str) -> AsyncIterator[Database]:
    database = Database(conversations_url)
    yield database
    await database.close()


@pytest.fixture
def bot() -> MemoryBot:
    return MemoryBot()


@pytest.fixture
async def core(conversations_url: str, db: Database) -> AsyncIterator[Callable[..., Any]]:
    """Start a conversation core, as many as the test wants: each stands for a process."""
    async with AsyncExitStack() as stack:

        async def start(bot: Any, patience: Patience = QUICK) -> Conversations:
            return await stack.enter_async_context(running(db, bot, database_url=conversations_url, patience=patience))

        yield start


@pytest.fixture
async def talks(core: Callable[..., Any], bot: MemoryBot) -> Conversations:
    started: Conversations = await core(bot)
    return started
