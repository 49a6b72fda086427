"""Many customers reporting at once who, like real ones, send again what was not acknowledged."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE_S = 150  # one message: above the longest restart (Rasa) under full load
POLL_S = 0.25


@dataclass
class Caller:
    """One customer with one script; keeps what was acknowledged and what was heard.

    Attributes:
        script: what is said, turn by turn.
        turns: texts heard after each message.
    """

    number: int
    script: list[str]
    conversation_id: str = ""
    token: str = ""
    turns: list[list[str]] = field(default_factory=list)
    final: list[dict[str, Any]] = field(default_factory=list)

    async def run(self, http: httpx.AsyncClient, said: Callable[[], None]) -> None:
        opened = await self._until_acknowledged(
            http, "/v1/conversations", {"channel": "web", "visitor_id": f"storm-{self.number}"}
        )
        self.conversation_id, self.token = opened["conversation_id"], opened["visitor_token"]
        for place, text in enumerate(self.script):
            await self._say(http, place, text)
            said()

    async def _say(self, http: httpx.AsyncClient, place: int, text: str) -> None:
        path = f"/v1/conversations/{self.conversation_id}/messages"
        taken = await self._until_acknowledged(http, f"{path}?wait=8", {"message_key": f"m{place}", "text": text})
        ends = asyncio.get_running_loop().time() + PATIENCE_S
        while not (heard := self._answers(await self._transcript(http), taken["seq"])):
            assert asyncio.get_running_loop().time() < ends, f"caller {self.number} was not answered: {text}"
            await asyncio.sleep(POLL_S)
        self.turns.append(heard)

    @staticmethod
    def _answers(messages: list[dict[str, Any]], seq: int) -> list[str]:
        return [texts(m) for m in messages if m["author"] == "bot" and m["seq"] > seq and not is_greeting(m)]

    async def _transcript(self, http: httpx.AsyncClient) -> list[dict[str, Any]]:
        path = f"/v1/conversations/{self.conversation_id}/messages"
        answer = await self._retrying(lambda: http.get(path, headers=self._headers, params={"after": 0}))
        return list(answer["messages"])

    async def transcript(self, http: httpx.AsyncClient) -> list[dict[str, Any]]:
        return await self._transcript(http)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def _until_acknowledged(self, http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self._retrying(lambda: http.post(path, json=body, headers=self._headers))

    async def _retrying(self, send: Callable[[], Any]) -> dict[str, Any]:
        ends = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                answer = await send()
                if answer.status_code < 500 and answer.status_code != 429:
                    answer.raise_for_status()
                    return dict(answer.json())
                why = f"{answer.status_code} {answer.text[:200]}"
            except httpx.TransportError as err:
                why = repr(err)
            assert asyncio.get_running_loop().time() < ends, f"caller {self.number} never got through: {why}"
            await asyncio.sleep(POLL_S)


def texts(message: dict[str, Any]) -> str:
    return "\n".join(p["text"] for p in message["parts"] if p["kind"] == "text")


def is_greeting(message: dict[str, Any]) -> bool:
    """The opening words; on a busy line they may come after the first message was already taken."""
    return message["author"] == "bot" and texts(message).startswith("您好，我是供电公司智能客服小电")


def without_figures(text: str) -> str:
    """A sentence with numbers and times taken out, so that two talks can be compared."""
    return re.sub(r"[A-Z]*\d[\d:*]*", "N", text)
