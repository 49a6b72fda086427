"""A bot for tests: says what its script says, and keeps answers by turn key as the real one does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Script = Callable[[Mapping[str, Any]], Mapping[str, Any] | Awaitable[Mapping[str, Any]]]


def say(*texts: str, expects: str = "free", **more: Any) -> dict[str, Any]:
    """An answer with these texts; `more` are signals, learnt, nlu."""
    messages = [{"parts": [{"kind": "text", "text": text}]} for text in texts]
    return {"messages": messages, "expects": expects, "signals": [], **more}


_WITHOUT_WORDS = {"start": "您好，我是小电。", "resume": "坐席已办好。还有别的事吗？", "silence": "您还在吗？"}


def echo(request: Mapping[str, Any]) -> Mapping[str, Any]:
    given = request["input"]
    return say(_WITHOUT_WORDS.get(given["kind"]) or f"收到：{given['value']}")


class MemoryBot:
    """`asked` holds every request, `ran` those that were not answered from memory."""

    def __init__(self, script: Script = echo) -> None:
        self.script = script
        self.asked: list[Mapping[str, Any]] = []
        self.ran: list[Mapping[str, Any]] = []
        self._kept: dict[tuple[str, str], Mapping[str, Any]] = {}

    async def turn(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(request)
        key = (request["conversation_id"], request["turn_key"])
        if key not in self._kept:
            self.ran.append(request)
            answer = self.script(request)
            self._kept[key] = answer if isinstance(answer, Mapping) else await answer
        return self._kept[key]

    async def aclose(self) -> None:
        return None
