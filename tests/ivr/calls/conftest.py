"""The phone on a real PostgreSQL and the real conversation core; only the bot is a script."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from gateway.conversations.schemas import Contact
from gateway.conversations.service import Conversations, running
from ivr import app as phone_app
from ivr.simulator import AsyncCall, AsyncTransport, Leg, Machine
from ivr.simulator.life import Callee
from kernel import clock
from kit import migrate
from kit.db import Database
from kit.settings import DatabaseSettings, Settings
from kit.web import create_app

twilio = importlib.import_module("tests.fakes.twilio")
TOKEN = "t" * 32
AGENT = Contact("1107", "林晓")


def says(text: str, expects: str = "free", *signals: Mapping[str, Any], speech: str | None = None) -> dict[str, Any]:
    message: dict[str, Any] = {"parts": [{"kind": "text", "text": text}]}
    if speech:
        message["speech"] = speech
    return {"messages": [message], "expects": expects, "signals": list(signals), "learnt": {}, "nlu": {}}


HANDOFF = {"kind": "handoff", "reason": "客户要求", "skill": "general", "summary": "想找人"}


_SILENCES = (
    says("如果不方便说话，可以按键：报修按一，电费按二，停电按三，进度按四，人工按零。", 'choice:["a","b","c","d"]'),
    says("您还在吗？请说出您要办的事。"),
)


@dataclass
class ScriptedBot:
    """Answers by what was said; remembers every turn. `broken` raises instead."""

    script: dict[str, dict[str, Any]] = field(default_factory=dict)
    turns: list[dict[str, Any]] = field(default_factory=list)
    broken: Exception | None = None

    async def turn(self, request: dict[str, Any]) -> Mapping[str, Any]:
        self.turns.append(request)
        if self.broken is not None:
            raise self.broken
        given = request["input"]
        if given["kind"] == "silence" and "silence" not in self.script:
            return _SILENCES[sum(kind == "silence" for kind, _ in self.heard) % 2]
        return self.script.get(given["value"] or given["kind"], says("好的。还有别的事吗？"))

    @property
    def heard(self) -> list[tuple[str, str]]:
        return [(t["input"]["kind"], t["input"]["value"]) for t in self.turns]


@dataclass
class Exchange:
    """The line under test and the telephone company before it."""

    app: FastAPI
    bot: ScriptedBot
    talks: Conversations
    db: Database
    transport: AsyncTransport

    async def ring(self, from_: str = "+8613812345678", token: str = TOKEN) -> AsyncCall:
        leg = Leg(twilio.provider_line(token), from_, twilio.NUMBER)
        call = AsyncCall(Machine(leg, Callee()), self.transport)
        await call.do(call.machine.begin())
        return call

    async def count(self, table: str) -> int:
        async with self.db.reading() as session:
            return int((await session.execute(sa.text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608

    async def conversation(self) -> str:
        async with self.db.reading() as session:
            newest = "SELECT conversation_id FROM ivr.calls ORDER BY opened_at DESC LIMIT 1"
            return str((await session.execute(sa.text(newest))).scalar_one())


class Hints:
    async def area_hint(self, phone: str) -> Any:
        return SimpleNamespace(community="阳光新城") if phone == "13900000007" else None

    async def aclose(self) -> None: ...


class Outages:
    async def outages(self, *, community: str | None = None) -> list[Any]:
        eta = clock.now() + timedelta(hours=2)
        running_one = SimpleNamespace(
            community=community, scope=community, is_running=True, eta_restore_at=eta, crew_state="on_site"
        )
        return [running_one]

    async def aclose(self) -> None: ...


@asynccontextmanager
async def opened_exchange(url: str, **parts: Any) -> AsyncIterator[Exchange]:
    config = Settings(database=DatabaseSettings(url=url), environment="test")
    config.twilio.auth_token = type(config.twilio.auth_token)(TOKEN)
    db, bot = Database(url), ScriptedBot()
    app = create_app("phone under test")
    app.include_router(phone_app.router)
    given = {"billing": Hints(), "ticketing": Outages(), **parts}
    async with (
        running(db, bot, database_url=url) as talks,
        phone_app.lifespan(app, settings=config, conversations=talks, **given),
    ):
        transport = AsyncTransport("http://phone", app)
        yield Exchange(app, bot, talks, db, transport)
        await transport.close()
    await db.close()


@pytest.fixture
async def exchange(empty_database: str) -> AsyncIterator[Exchange]:
    migrate.up(empty_database, "jobs", "conversations", "ivr")
    async with opened_exchange(empty_database) as made:
        yield made
