"""`POST /webhooks/denghuo/turn`: bearer token, JSON in, JSON out, problem+json for errors."""

from __future__ import annotations

import hmac
import time
from typing import Any

import redis
import structlog
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.channel.incoming import TurnMalformed, read
from bot.channel.turn import ActionsUnavailable, Turns
from kernel.errors import Malformed, NotAllowed, ServiceError, Unavailable, to_problem

log = structlog.get_logger(__name__)
SLOW_TURN_S = 2.0


class DenghuoInput(InputChannel):
    """Our channel; `token` is the service token."""

    def __init__(self, token: str) -> None:
        self._bearer = f"Bearer {token}".encode()
        self._turns = Turns()

    @classmethod
    def name(cls) -> str:
        return "denghuo"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> DenghuoInput:
        from bot import settings

        return cls(settings.load().service_token)

    def blueprint(self, on_new_message: Any) -> Blueprint:
        blueprint = Blueprint("denghuo")

        @blueprint.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            started = time.monotonic()
            try:
                answer = await self._take(request)
            except ServiceError as error:
                return json_response(to_problem(error), status=error.status, content_type="application/problem+json")
            took_s = time.monotonic() - started
            if took_s > SLOW_TURN_S:
                log.warning("turn.slow", took_s=round(took_s, 2))
            return json_response(answer)

        return blueprint

    async def _take(self, request: Request) -> dict[str, Any]:
        shown = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(shown, self._bearer):
            raise NotAllowed("the service token is wrong")
        try:
            turn = read(request.json)
        except TurnMalformed as malformed:
            raise Malformed(str(malformed)) from malformed
        try:
            return await self._turns.take(request.app.ctx.agent, turn)
        except ActionsUnavailable as error:
            raise Unavailable(f"actions: {error}") from error
        except redis.RedisError as error:
            log.error("turn.redis", error=type(error).__name__)
            raise Unavailable("the memory of the talks does not answer") from error
