"""The bot behind Rasa's channel `denghuo`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.errors import Unavailable
from kit.http import ServiceClient

PATH = "/webhooks/denghuo/turn"
# Above a turn's 8 s on purpose: past those the customer has been told, and the work goes on.
ANSWER_WITHIN_S = 20


class HttpBot:
    def __init__(self, base_url: str, token: str, *, timeout_s: float = ANSWER_WITHIN_S) -> None:
        self._http = ServiceClient(base_url, token, timeout_s=timeout_s, name="bot")

    async def turn(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = await self._http.post(PATH, json=dict(request))
        if not isinstance(answer, dict) or not isinstance(answer.get("messages"), list):
            raise Unavailable("the bot answered something that is no turn", code="bad_answer")
        return answer

    async def aclose(self) -> None:
        await self._http.aclose()
