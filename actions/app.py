"""The action server: one FastAPI app around rasa-sdk's executor, `POST /webhook` as Rasa calls it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions import catalogue, services
from clients.billing.http import HttpBilling
from clients.knowledge.http import HttpKnowledge
from clients.ticketing.http import HttpTicketing
from kernel.errors import NotFound, TimedOut
from kit import logging, settings
from kit.db import Database
from kit.web import create_app

log = logging.get("actions")


def make_executor() -> ActionExecutor:
    """An executor that knows every action of `catalogue`; nothing is found by scanning."""
    executor = ActionExecutor()
    for action in catalogue.everything():
        executor.register_action(action)
    return executor


@asynccontextmanager
async def _real_services(app: FastAPI) -> AsyncIterator[None]:
    config = settings.load()
    logging.configure("actions")
    token, bound = config.service.token.get_secret_value(), config.time_limits.backend_s
    knowledge = HttpKnowledge(config.knowledge.url, token, timeout_s=bound)
    made = services.Services(
        ticketing=HttpTicketing(config.ticketing.url, token, timeout_s=bound, client="actions"),
        billing=HttpBilling(config.billing.url, token, timeout_s=bound),
        knowledge=knowledge,
        jobs=Database(config.database.url),
    )
    services.use(made)
    try:
        yield
    finally:
        services.use(None)
        await made.ticketing.aclose()
        await made.billing.aclose()
        await knowledge.aclose()
        if made.jobs is not None:
            await made.jobs.close()


def make_app(*, lifespan: Any = _real_services) -> FastAPI:
    """The app; tests hand in a lifespan of their own that calls `services.use`."""
    app = create_app("Denghuo actions", lifespan=lifespan)
    executor = make_executor()
    action_s = settings.load().time_limits.action_s

    @app.post("/webhook")
    async def webhook(request: Request) -> Any:
        call = await request.json()
        call.setdefault("domain", {})  # our actions read none; without it the SDK would ask for it again
        name = call.get("next_action")
        try:
            async with asyncio.timeout(action_s):
                result = await executor.run(call)
        except ActionExecutionRejection as err:
            return JSONResponse({"error": str(err), "action_name": err.action_name}, status_code=400)
        except ActionNotFoundException as err:
            raise NotFound(f"no action {name}", code="action_not_found") from err
        except TimeoutError as err:
            log.error("action too slow", action=name)
            raise TimedOut(f"{name} took more than {action_s} s") from err
        return JSONResponse(
            result if isinstance(result, dict) else result.model_dump() if result else {"events": [], "responses": []}
        )

    return app


app = make_app()
