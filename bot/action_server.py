"""Calls of the action server: one kept-alive session, a bound of 3 s, and no half-done turns.

In Rasa a failed action is logged as done, its events are lost, and the talk goes on as if nothing had happened; with
the action
server down a form may try ten times. Here a failure ends the turn: `TurnAborted` is a `BaseException` so that it
passes the two
`except Exception` on its way (`MessageProcessor._run_action`, `ActionExtractSlots`). The channel then leaves the talk
as it stood before the turn and answers
503, which the gateway may simply ask again with the same `turn_key`; or, when the action itself failed (500), says so
to the customer.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import aiohttp
from rasa.core.actions.action import ActionExecutionRejection
from rasa.shared.exceptions import RasaException
from rasa.utils.endpoints import EndpointConfig

ACTION_WAIT_S = float(os.environ.get("DENGHUO_TIME_LIMITS__ACTION_S", "3"))  # design 2


class TurnAborted(BaseException):
    """An action could not be run; nothing of this turn counts. `retryable`: the server was not there or too slow."""

    def __init__(self, action: str, why: str, *, retryable: bool) -> None:
        self.action, self.why, self.retryable = action, why, retryable
        super().__init__(f"{action}: {why}")


class ActionServer:
    """One action server; `of` keeps one per endpoint and event loop."""

    def __init__(self, endpoint: EndpointConfig) -> None:
        self._endpoint = endpoint
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @classmethod
    def of(cls, endpoint: EndpointConfig | None) -> ActionServer:
        if endpoint is None:
            raise RasaException("endpoints.yml has no action_endpoint, but the domain has actions of its own")
        server = getattr(endpoint, "_denghuo_server", None)
        if server is None:
            server = endpoint._denghuo_server = cls(endpoint)
        return server

    def session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            # Uvicorn closes idle connections after 5 s; letting go at 4 s means no call meets one that is just closing.
            connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=4)
            timeout = aiohttp.ClientTimeout(total=ACTION_WAIT_S)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, headers=self._endpoint.headers)
            self._loop = loop
        return self._session

    async def run(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        """The server's answer.

        Raises:
            ActionExecutionRejection: the action does not want to run (400).
            TurnAborted: no answer in time, no server, or the action failed.
        """
        payload = json.dumps(body, ensure_ascii=False, default=str).encode()
        headers = {"Content-Type": "application/json"}
        try:
            async with self.session().post(self._endpoint.url, data=payload, headers=headers) as answer:
                text = await answer.read()
                if answer.status == 400:
                    self._reject(action, text)
                if answer.status >= 400:
                    raise TurnAborted(action, f"HTTP {answer.status}", retryable=answer.status in (429, 502, 503, 504))
                return json.loads(text)
        except (aiohttp.ClientError, asyncio.TimeoutError) as error:
            raise TurnAborted(action, f"{type(error).__name__} {error}", retryable=True) from error
        except ValueError as error:
            raise TurnAborted(action, "not JSON", retryable=False) from error

    @staticmethod
    def _reject(action: str, text: bytes) -> None:
        said = json.loads(text)
        raise ActionExecutionRejection(said.get("action_name", action), said.get("error"))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
