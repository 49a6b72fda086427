"""Conversations for every door of the house: web chat, phone, desk (docs/architecture.md, "Conversations in process").

A door opens a talk, hands in what the customer did, and reads what was said. What is accepted stands in PostgreSQL
before it is acknowledged; the mailbox answers it, here or in another process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from clients.bot.protocol import Bot
from gateway.conversations import ownership, repository
from gateway.conversations.agents import AgentSide
from gateway.conversations.errors import ConversationClosed
from gateway.conversations.inbox import new_entry, write_down
from gateway.conversations.mailbox import Claim, Mailbox, Patience
from gateway.conversations.models import Conversation
from gateway.conversations.schemas import Accepted, Draft, Inbound, MessagesAfter, OpenConversation, Opened, Turn
from gateway.conversations.schemas import Message as Message
from gateway.conversations.states import Event, Owner
from gateway.conversations.wakeups import Wakeups, wait_for
from kernel import clock, ids
from kernel.errors import NotFound
from kit.db import Database

REOPEN_WITHIN = timedelta(hours=24)
_LOOK_AGAIN_S = 2.0  # a notice may be lost with its connection; nobody waits longer than this without looking


@dataclass
class Conversations(AgentSide):
    """Make one a process with `running(...)`."""

    db: Database
    wakeups: Wakeups
    mailbox: Mailbox

    async def open(self, asked: OpenConversation) -> Opened:
        """A conversation for this contact: a new one, the one of the same `key`, or the visitor's open one."""
        for _ in range(2):
            async with self.db.transaction() as session:
                found = await self._known(session, asked)
                if found is not None:
                    talk = await repository.get(session, found)
                    return Opened(talk.id, await self._greeting_seq(session, talk), Owner(talk.owner), is_new=False)
                opened, claim = await self._new(session, asked)
            if claim is not None:
                self.mailbox.begin(claim)
            if opened is not None:
                return opened
        raise NotFound("the conversation of this key vanished")

    async def _known(self, session: AsyncSession, asked: OpenConversation) -> str | None:
        if asked.key is not None:
            return await repository.id_by_open_key(session, asked.channel, asked.key)
        if asked.resume and asked.visitor_id:
            return await repository.open_id_of_visitor(session, asked.channel, asked.visitor_id)
        return None

    async def _greeting_seq(self, session: AsyncSession, talk: Conversation) -> int | None:
        greeting = await repository.entry_by_key(session, talk.id, _START_KEY)
        return greeting.seq if greeting else None

    async def _new(self, session: AsyncSession, asked: OpenConversation) -> tuple[Opened | None, Claim | None]:
        now, conversation_id = clock.now(), ids.new_id("c")
        values = {
            "id": conversation_id,
            "channel": asked.channel,
            "visitor_id": asked.visitor_id,
            "caller_phone": asked.caller_phone,
            "open_key": asked.key,
            "owner": Owner.BOT,
            "opened_at": now,
            "active_at": now,
        }
        if not await repository.insert_conversation(session, values):
            return None, None  # another request with the same key was faster; look again
        talk = await repository.lock(session, conversation_id)
        await ownership.watch_idleness(session, talk)
        if not asked.start:
            return Opened(conversation_id, None, Owner.BOT, is_new=True), None
        entry = new_entry(talk, Inbound(conversation_id, _START_KEY, "start"))
        session.add(entry)
        return Opened(conversation_id, entry.seq, Owner.BOT, is_new=True), self.mailbox.claim(talk, entry)

    async def accept(self, inbound: Inbound) -> Accepted:
        """Write the message down; it is answered once, whatever happens next.

        Raises:
            ConversationNotFound
            ConversationClosed: it ended more than a day ago, or it was a phone call.
        """
        async with self.db.transaction() as session:
            talk = await repository.lock(session, inbound.conversation_id)
            others = await repository.known_or_pending(session, talk.id, inbound.message_key)
            known = next((other for other in others if other.message_key == inbound.message_key), None)
            if known is not None:
                return Accepted(known.seq, is_new=False)
            was = talk.owner
            reopened = self._reopen(session, talk)
            talk.active_at = clock.now()
            if reopened:
                await ownership.watch_idleness(session, talk)
            entry = new_entry(talk, inbound)
            session.add(entry)
            await write_down(session, talk, entry)
            await repository.notify(session, talk, was=was)
            claim = None if others else self.mailbox.claim(talk, entry)
        if claim is None:
            self.mailbox.ring(inbound.conversation_id)
        else:
            self.mailbox.begin(claim)
        return Accepted(entry.seq)

    def _reopen(self, session: AsyncSession, talk: Conversation) -> bool:
        if talk.owner not in (Owner.CLOSED, Owner.SURVEY, Owner.WRAP_UP):
            return False
        ended = talk.closed_at or talk.active_at
        if talk.channel == "phone" or clock.now() - ended > REOPEN_WITHIN:
            raise ConversationClosed("this conversation has ended; open another")
        ownership.change(session, talk, Event.WROTE_AGAIN, actor="customer", reason="又来消息")
        talk.closed_at, talk.agent_id, talk.agent_name = None, None, None
        return True

    async def wait_turn(self, conversation_id: str, seq: int, wait_s: float) -> Turn:
        """What the turn of this accepted message brought, waiting at most `wait_s` for it.

        Raises:
            NotFound: nothing was accepted under this number.
        """
        ends = clock.monotonic() + wait_s
        if (brought := await self.mailbox.outcomes.of((conversation_id, seq), wait_s)) is not None:
            return brought
        with self.wakeups.following(conversation_id) as changed:
            while True:
                turn = await self._turn(conversation_id, seq)
                left = ends - clock.monotonic()
                if turn.done or left <= 0:
                    return turn
                await wait_for(changed, min(left, _LOOK_AGAIN_S))

    async def _turn(self, conversation_id: str, seq: int) -> Turn:
        async with self.db.reading() as session:
            talk = await repository.get(session, conversation_id)
            entry = await repository.entry(session, conversation_id, seq)
            if entry is None:
                raise NotFound("no such turn", code="turn_not_found")
            replies = tuple(await repository.replies_to(session, conversation_id, seq))
        owner, expected = entry.done_owner or talk.owner, entry.done_expects or talk.expects
        return Turn(seq, Owner(owner), replies, expected, entry.done_at is not None)

    async def messages_after(self, conversation_id: str, after: int = 0) -> MessagesAfter:
        async with self.db.reading() as session:
            talk = await repository.get(session, conversation_id)
            lines = tuple(await repository.lines_after(session, conversation_id, after))
            working = talk.owner == Owner.BOT and await repository.has_pending(session, conversation_id)
        return MessagesAfter(Owner(talk.owner), lines, talk.expects, working)

    async def stream(self, conversation_id: str, after: int = 0) -> AsyncIterator[MessagesAfter]:
        """What is new since `after`, then whatever comes, each message once and in order.

        Also yields, without messages, when only the owner or the working state changed.
        """
        seen: tuple[Any, ...] | None = None
        with self.wakeups.following(conversation_id) as changed:
            while True:
                news = await self.messages_after(conversation_id, after)
                state = (news.owner, news.expects, news.is_working)
                if news.messages or state != seen:
                    yield news
                    seen = state
                if news.messages:
                    after = news.messages[-1].seq
                    continue
                await wait_for(changed, _LOOK_AGAIN_S * 5)

    async def announce(self, conversation_id: str, key: str, draft: Draft) -> int:
        """Tell the customer something outside a turn, once a key. Returns its place in the transcript."""
        async with self.db.transaction() as session:
            talk = await repository.lock(session, conversation_id)
            known = await repository.line_by_key(session, conversation_id, key)
            if known is not None:
                return known.seq
            line = repository.add_line(session, talk, draft, at=clock.now(), key=key)
            await repository.notify(session, talk)
            return line.seq


_START_KEY = "start"


@asynccontextmanager
async def running(
    db: Database, bot: Bot, *, database_url: str, patience: Patience | None = None
) -> AsyncIterator[Conversations]:
    """The conversation core of one process: mailbox, sweeper and wake-ups running inside the block."""
    wakeups, mailbox = Wakeups(database_url), Mailbox(db, bot, patience or Patience())
    await wakeups.start()
    await mailbox.start()
    try:
        yield Conversations(db, wakeups, mailbox)
    finally:
        await mailbox.stop()
        await wakeups.stop()
