"""How much one visitor may ask: sizes and rates."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.webchat.errors import TooLarge
from kit import logging
from kit.ratelimit import Limit
from kit.web import problem_response

log = logging.get("gateway.webchat")
MAX_BODY = 64 * 1024  # 10 000 Chinese characters in JSON escapes are 60 000 bytes
_SAMPLE_FACTOR = 20  # tests and benches of many talkers come from one address


@dataclass(frozen=True)
class Rates:
    """Redis away means no counting, never no service."""

    redis: Redis | None
    is_sample: bool

    async def check_open(self, address: str) -> None:
        await self._check("open_conversation", 30, 60, address)

    async def check_message(self, conversation_id: str) -> None:
        await self._check("send_message", 60, 60, conversation_id)

    async def check_open311(self, address: str) -> None:
        await self._check("open311", 60, 60, address)

    async def check_pay(self, address: str) -> None:
        await self._check("pay", 60, 60, address)

    async def _check(self, name: str, times: int, per_s: int, who: str) -> None:
        if self.redis is None:
            return
        limit = Limit(name, times * (_SAMPLE_FACTOR if self.is_sample else 1), per_s)
        try:
            await limit.check(self.redis, who)
        except RedisError as err:
            log.warning("rates are not counted", error=type(err).__name__)


class BodyLimit:
    """Refuse what is too large before it is read into memory; counted, so no header is trusted."""

    def __init__(self, app: ASGIApp, most: int = MAX_BODY) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        refuse = problem_response(TooLarge(f"more than {self.most} bytes"))
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.most:
            return await refuse(scope, receive, send)
        taken, is_over, is_started = 0, False, False

        async def counted() -> Message:
            nonlocal taken, is_over
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.most:
                is_over = True
                raise _Overflow
            return message

        async def watched(message: Message) -> None:
            nonlocal is_started
            if is_over and not is_started:
                return  # whatever the app makes of the broken read, the answer is ours
            is_started = True
            await send(message)

        with contextlib.suppress(_Overflow):
            await self.app(scope, counted, watched)
        if is_over and not is_started:
            await refuse(scope, receive, send)
        return None


class _Overflow(Exception):
    """The body went past the limit."""
