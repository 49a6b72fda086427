"""The seam to the conversation core: what the phone asks of `gateway.conversations.service.Conversations`."""

from __future__ import annotations

from typing import Any, Protocol

from gateway.conversations.schemas import Accepted, Inbound, MessagesAfter, OpenConversation, Opened, Turn


class Talks(Protocol):
    async def open(self, request: OpenConversation) -> Opened: ...

    async def accept(self, inbound: Inbound) -> Accepted: ...

    async def wait_turn(self, conversation_id: str, seq: int, wait_s: float) -> Turn: ...

    async def messages_after(self, conversation_id: str, after: int) -> MessagesAfter: ...

    async def close(self, conversation_id: str, *args: Any, **more: Any) -> Any: ...
