"""A customer over the Conversation API: what `denghuo chat`, the demo and the tests talk with. Blocking, bounded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx

WAIT_S = 8  # as long as a turn may take (design 2)


@dataclass
class Turn:
    """What came back for one message."""

    seq: int
    owner: str
    messages: list[dict[str, Any]]
    expects: str

    @property
    def texts(self) -> list[str]:
        return [text for message in self.messages for text in texts_of(message)]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def choices(self) -> list[dict[str, str]]:
        """What was offered to choose from, last offer only."""
        offers = [p["choices"] for m in self.messages for p in m.get("parts", []) if p.get("kind") == "choices"]
        return list(offers[-1]) if offers else []

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [p for m in self.messages for p in m.get("parts", []) if p.get("kind") == "card"]

    @property
    def speech(self) -> str:
        return "\n".join(m.get("speech") or "\n".join(texts_of(m)) for m in self.messages)


def texts_of(message: dict[str, Any]) -> list[str]:
    return [part["text"] for part in message.get("parts", []) if part.get("kind") == "text"]


@dataclass
class Talk:
    """One conversation, opened at once."""

    base_url: str
    channel: str = "web"
    visitor_id: str | None = None
    wait_s: int = WAIT_S
    id: str = field(init=False)
    headers: dict[str, str] = field(init=False)
    opened: Turn = field(init=False)
    last: Turn = field(init=False)

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.base_url, timeout=httpx.Timeout(self.wait_s + 7, connect=5))
        body = {"channel": self.channel} | ({"visitor_id": self.visitor_id} if self.visitor_id else {})
        answer = self._http.post("/v1/conversations", json=body)
        answer.raise_for_status()
        made = answer.json()
        self.id = made["conversation_id"]
        self.headers = {"Authorization": f"Bearer {made['visitor_token']}"}
        self._http.headers.update(self.headers)
        seq = max((m["seq"] for m in made["messages"]), default=0)
        self.opened = self.last = Turn(seq, made.get("owner", "bot"), made["messages"], made.get("expects") or "free")

    @staticmethod
    def body_of(kind: str, value: str, key: str | None = None) -> dict[str, str]:
        """Of a message with this key, or one of its own."""
        return {"message_key": key or secrets.token_hex(8), kind: value}

    def _send(self, kind: str, value: str, key: str | None) -> Turn:
        body = self.body_of(kind, value, key)
        answer = self._http.post(f"/v1/conversations/{self.id}/messages", params={"wait": self.wait_s}, json=body)
        answer.raise_for_status()
        got = answer.json()
        self.last = Turn(got["seq"], got.get("owner", ""), got.get("messages", []), got.get("expects") or "free")
        return self.last

    def say(self, text: str, *, key: str | None = None) -> Turn:
        """Write a text and wait for the answer."""
        return self._send("text", text, key)

    def choose(self, choice: str, *, key: str | None = None) -> Turn:
        """Take one of the offered choices by its id."""
        return self._send("choice", choice, key)

    def digits(self, digits: str, *, key: str | None = None) -> Turn:
        """Press keys."""
        return self._send("digits", digits, key)

    def messages(self, after: int = 0) -> list[dict[str, Any]]:
        """The transcript from a place on."""
        answer = self._http.get(f"/v1/conversations/{self.id}/messages", params={"after": after})
        answer.raise_for_status()
        return list(answer.json()["messages"])

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
