"""`denghuo chat`: the chat page for people who live in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import httpx

from denghuo.talk import Talk, Turn


def run(base_url: str, said: list[str] | None) -> int:
    """Talk until the customer leaves (empty line twice, /quit, Ctrl-D) or the given lines are said. Exit code."""
    try:
        with Talk(base_url) as talk:
            _show(talk.opened)
            for text in said if said is not None else _typed():
                if said is not None:
                    print(f"您：{text}")
                _show(_answer(talk, text))
    except httpx.ConnectError:
        print(f"✗ {base_url} 没有应答：请先 denghuo up。 / Nothing answers there: denghuo up first.", file=sys.stderr)
        return 1
    except httpx.HTTPStatusError as error:
        print(f"✗ 没有成功（{error.response.status_code}）/ refused", file=sys.stderr)
        return 1
    return 0


def _typed() -> Iterator[str]:
    print("（/quit 退出）")
    while True:
        try:
            text = input("您：").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if text == "/quit":
            return
        if text:
            yield text


def _answer(talk: Talk, text: str) -> Turn:
    """A number stands for the n-th choice when choices are offered."""
    choices = talk.last.choices
    if choices and text.isdigit() and 1 <= int(text) <= len(choices):
        return talk.choose(choices[int(text) - 1]["id"])
    return talk.say(text)


def _show(turn: Turn) -> None:
    for message in turn.messages:
        if message.get("author") == "customer":
            continue
        for part in message.get("parts", []):
            print(_shown(part))


def _shown(part: dict[str, Any]) -> str:
    if part["kind"] == "text":
        return f"灯火：{part['text']}"
    if part["kind"] == "choices":
        return "      " + "  ".join(f"[{n}] {c['label']}" for n, c in enumerate(part["choices"], start=1))
    rows = "  ".join(f"{k}={v}" for k, v in part.get("data", {}).items() if not isinstance(v, (dict, list)))
    return f"      〔{part.get('card', part['kind'])}〕{rows}"
