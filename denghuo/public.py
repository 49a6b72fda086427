"""The public port: Conversation API, desk, phone and the pages, one FastAPI app.

`uvicorn denghuo.public:app`. The mailbox runs here, beside the doors; a killed process leaves nothing behind that its
successor's sweeper does not pick up, for everything accepted stands in PostgreSQL.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI

from clients.bot.http import HttpBot
from clients.crews.http import Crews
from clients.figures.http import Figures
from clients.open311.http import Open311
from clients.payments.http import Payments
from denghuo import pages
from denghuo.headers import SecurityHeaders
from desk.crew_endpoints import router as crew_router
from desk.endpoints import router as desk_router
from desk.figures_endpoints import router as figures_router
from desk.logins import Logins
from gateway.conversations.mailbox import Patience
from gateway.conversations.service import running
from gateway.knowledge.endpoints import router as knowledge_router
from gateway.knowledge.running import knowing
from gateway.open311.endpoints import router as open311_router
from gateway.pay.endpoints import router as pay_router
from gateway.webchat.endpoints import router as webchat_router
from gateway.webchat.limits import BodyLimit, Rates
from ivr.app import lifespan as phone_lifespan
from ivr.app import router as phone_router
from ivr.simulator.web import router as browser_phone_router
from kit import logging, redis, settings
from kit.db import Database
from kit.web import create_app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    config = settings.load()
    logging.configure("public")
    async with AsyncExitStack() as stack:
        database = Database(config.database.url, pool_size=max(config.database.pool_size, 16))
        stack.push_async_callback(database.close)
        store = redis.connect(config.redis.url)
        stack.push_async_callback(store.aclose)
        bot = app.state.make_bot(config)
        stack.push_async_callback(bot.aclose)
        patience = Patience(turn_s=config.time_limits.turn_s)
        app.state.settings = config
        app.state.rates = Rates(store, bool(config.sample_mode))
        app.state.logins = Logins(database, config.desk)
        for name, client in (("crews", Crews), ("figures", Figures), ("open311", Open311)):
            made = client(config.ticketing.url, config.service.token.get_secret_value())
            setattr(app.state, name, made)
            stack.push_async_callback(made.aclose)
        app.state.payments = Payments(config.billing.url, config.service.token.get_secret_value())
        stack.push_async_callback(app.state.payments.aclose)
        app.state.knowledge = await stack.enter_async_context(knowing(database))
        app.state.conversations = await stack.enter_async_context(
            running(database, bot, database_url=config.database.url, patience=patience)
        )

        async def database_answers() -> None:
            async with database.reading() as session:
                await session.execute(sa.text("SELECT 1 FROM conversations.conversations LIMIT 1"))

        app.state.ready_checks.append(database_answers)
        if app.state.has_phone:
            await stack.enter_async_context(phone_lifespan(app))
        yield


def http_bot(config: settings.Settings) -> HttpBot:
    return HttpBot(config.bot.url, config.service.token.get_secret_value())


def make_app(make_bot: Callable[[settings.Settings], Any] = http_bot, *, has_phone: bool = True) -> FastAPI:
    """The app; a test gives a bot of its own and leaves the phone out."""
    app = create_app("灯火 Denghuo", lifespan=_lifespan)
    app.state.make_bot, app.state.has_phone = make_bot, has_phone
    app.include_router(webchat_router)
    app.include_router(knowledge_router)
    app.include_router(desk_router)
    app.include_router(crew_router)
    app.include_router(figures_router)
    app.include_router(open311_router)
    app.include_router(pay_router)
    if has_phone:
        app.include_router(phone_router)
    app.include_router(browser_phone_router)
    pages.mount(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app


app = make_app()
