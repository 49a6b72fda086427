"""How an input becomes an entry of the inbox and, for what a person said, a line of the transcript."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.conversations import repository
from gateway.conversations.cleaning import clean
from gateway.conversations.models import Conversation, Entry, Line
from gateway.conversations.schemas import Inbound
from kernel import clock, ids
from kernel.expects import parse
from kernel.numbers_zh import digits_of

_SAID_BY_A_PERSON = ("text", "choice", "digits")
_CODE_LENGTH = 6


def new_entry(talk: Conversation, inbound: Inbound, context: dict[str, Any] | None = None) -> Entry:
    """The next entry of a conversation whose row is locked; its id is the key of the bot's turn."""
    return Entry(
        conversation_id=talk.id,
        seq=repository.next_seq(talk),
        id=ids.new_id("m"),
        message_key=inbound.message_key,
        kind=inbound.kind,
        value=clean(inbound.value),
        context=context or {},
        accepted_at=clock.now(),
        is_slow_told=False,
    )


async def write_down(session: AsyncSession, talk: Conversation, entry: Entry) -> None:
    """The customer's own line, at the entry's place."""
    if entry.kind not in _SAID_BY_A_PERSON:
        return
    part = {"kind": "text", "text": entry.value}
    if entry.kind == "choice":
        part = {"kind": "text", "text": await _label(session, talk.id, entry.value), "choice": entry.value}
    if entry.kind == "digits":
        part["digits"] = entry.value
    session.add(
        Line(
            conversation_id=talk.id,
            seq=entry.seq,
            author="customer",
            at=entry.accepted_at,
            parts=[part],
            is_secret=_is_code(talk, entry),
        )
    )


def _is_code(talk: Conversation, entry: Entry) -> bool:
    """A code that was asked for: agents see that one came, not which."""
    return parse(talk.expects).length == _CODE_LENGTH and len(digits_of(entry.value)) >= _CODE_LENGTH - 2


async def _label(session: AsyncSession, conversation_id: str, choice_id: str) -> str:
    """What stood on the button; the id itself when it was never offered."""
    for line in await repository.newest_lines(session, conversation_id, most=12):
        for part in line.parts:
            for choice in part.get("choices") or ():
                if choice.get("id") == choice_id:
                    return str(choice.get("label") or choice_id)
    return choice_id
