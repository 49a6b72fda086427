"""One accepted message at a time for each conversation, across any number of processes.

A worker takes the conversation's lease and with it a fence number one higher than any before; every write of a turn
checks that number on the locked row. A worker that dies leaves a lease that runs out in seconds, and the sweeper of
any process picks the talk up; the bot keeps its answer under the entry's id, so nothing is done twice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from clients.bot.protocol import Bot
from gateway.conversations import repository, says, turns
from gateway.conversations.errors import ConversationNotFound, LeaseLost
from gateway.conversations.models import Conversation, Entry
from gateway.conversations.outcomes import Outcomes
from gateway.conversations.schemas import Turn
from gateway.conversations.states import Owner
from kernel import clock
from kernel.errors import Rejected, ServiceError, Unavailable
from kit import logging
from kit.db import Database

log = logging.get("gateway.mailbox")
Settle = Callable[[AsyncSession, Conversation, Entry], Awaitable[None]]
Found = tuple[Conversation, Entry]


@dataclass(frozen=True)
class Claim:
    """A mailbox taken in the transaction that accepted its only open entry: no need to look what is in it."""

    fence: int
    talk: Conversation
    entry: Entry


@dataclass(frozen=True)
class Patience:
    """How long the mailbox waits for what, seconds."""

    turn_s: float = 8  # then the customer is told that it takes longer (design 2)
    give_up_s: float = 180  # the bot away this long: a person takes over
    lease_s: float = 6  # how soon others may step in for a dead worker
    sweep_s: float = 1
    first_retry_s: float = 0.3
    most_retry_s: float = 5
    at_once: int = 32  # conversations in work in one process


@dataclass
class Mailbox:
    db: Database
    bot: Bot
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        self._working: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._claims: dict[str, Claim] = {}
        self.outcomes = Outcomes()
        self._room = asyncio.Semaphore(self.patience.at_once)
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._sweeper = asyncio.create_task(self._sweep(), name="mailbox sweeper")

    async def stop(self) -> None:
        """Stop at once; what was accepted stays in the inbox and is picked up by whoever sweeps next."""
        tasks = [task for task in (self._sweeper, *self._working.values()) if task is not None]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task

    def claim(self, talk: Conversation, entry: Entry) -> Claim | None:
        """Take the mailbox of a locked talk whose only open entry this is; None when somebody is at it."""
        if talk.lease_until is not None:
            return None
        return Claim(repository.take_free_lease(talk, self.patience.lease_s), talk, entry)

    def begin(self, claim: Claim) -> None:
        """Work on what was claimed, once its transaction is committed."""
        self._claims[claim.talk.id] = claim
        self.outcomes.expect((claim.talk.id, claim.entry.seq))
        self.ring(claim.talk.id)

    def ring(self, conversation_id: str) -> None:
        """There may be something in this conversation's inbox."""
        if conversation_id in self._working:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._work(conversation_id), name=f"mailbox {conversation_id}")
        self._working[conversation_id] = task
        task.add_done_callback(lambda _: self._leave(conversation_id))

    def _leave(self, conversation_id: str) -> None:
        self._working.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.ring(conversation_id)

    async def _sweep(self) -> None:
        while True:
            try:
                async with self.db.transaction() as session:
                    found = await repository.unattended(session, self.patience.at_once * 2)
                for conversation_id in found:
                    if conversation_id not in self._working:
                        self.ring(conversation_id)
            except ServiceError as err:
                log.warning("sweep failed, trying again", code=err.code)
            await asyncio.sleep(self.patience.sweep_s)

    async def _work(self, conversation_id: str) -> None:
        claim = self._claims.pop(conversation_id, None)
        try:
            async with self._room:
                await self._empty(conversation_id, claim)
        except LeaseLost:
            log.info("lease lost", conversation_id=conversation_id)
        except (Unavailable, ConversationNotFound) as err:
            log.warning("turn put off", conversation_id=conversation_id, code=err.code)
        except Exception as err:
            log.error("turn failed", conversation_id=conversation_id, exc_info=err)
        finally:
            if claim is not None:
                self.outcomes.tell((conversation_id, claim.entry.seq), None)

    async def _empty(self, conversation_id: str, claim: Claim | None) -> None:
        taken = (claim.fence, (claim.talk, claim.entry)) if claim else await self._take(conversation_id)
        if taken is None:
            return  # somebody is at it, and looks again before letting go; or it is empty
        fence, found = taken
        keeper = asyncio.create_task(self._keep(conversation_id, fence))
        try:
            left: Found | None = found
            while left is not None:
                left = await self._turn(fence, *left)
        finally:
            keeper.cancel()

    async def _take(self, conversation_id: str) -> tuple[int, Found] | None:
        async with self.db.transaction() as session:
            fence = await repository.take_lease(session, conversation_id, self.patience.lease_s)
            if fence is None:
                return None
            talk = await repository.lock(session, conversation_id)
            found = await _next(session, talk)
        return None if found is None else (fence, found)

    async def _keep(self, conversation_id: str, fence: int) -> None:
        while True:
            await asyncio.sleep(self.patience.lease_s / 3)
            with contextlib.suppress(ServiceError):
                async with self.db.transaction() as session:
                    if not await repository.renew_lease(session, conversation_id, fence, self.patience.lease_s):
                        return

    async def _turn(self, fence: int, talk: Conversation, entry: Entry) -> Found | None:
        """Answer this entry. Returns the next open one; None when there is none and the lease is given up."""
        if not turns.needs_bot(talk, entry):
            return await self._settle(fence, entry, turns.settle_without_bot)
        try:
            answer = await self._ask(fence, talk, entry)
        except Rejected as err:
            log.warning("the bot refused a turn", conversation_id=talk.id, code=err.code)
            return await self._settle(fence, entry, turns.settle_refused)
        if answer is None:
            return await self._settle(fence, entry, turns.settle_given_up)
        return await self._settle(fence, entry, lambda s, t, e: turns.settle_answer(s, t, e, answer))

    async def _ask(self, fence: int, talk: Conversation, entry: Entry) -> Mapping[str, Any] | None:
        """The bot's answer, however often it has to be asked; None when it stays away too long."""
        request, wait_s = turns.request_of(talk, entry), self.patience.first_retry_s
        given_up_at = clock.monotonic() + self.patience.give_up_s - _age_s(entry)
        while True:
            try:
                return await self._ask_once(fence, request, entry)
            except Unavailable as err:
                log.warning("the bot did not answer", conversation_id=talk.id, code=err.code)
            if clock.monotonic() + wait_s > given_up_at:
                return None
            if _age_s(entry) > self.patience.turn_s:
                await self._tell_once(fence, entry, says.bot_is_down)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, self.patience.most_retry_s)

    async def _ask_once(self, fence: int, request: dict[str, Any], entry: Entry) -> Mapping[str, Any]:
        asking = asyncio.ensure_future(self.bot.turn(request))
        try:
            done, _ = await asyncio.wait({asking}, timeout=max(self.patience.turn_s - _age_s(entry), 0.1))
            if not done:
                await self._tell_once(fence, entry, says.slow)
            return await asking
        finally:
            asking.cancel()

    async def _tell_once(self, fence: int, entry: Entry, what: Callable[[], Any]) -> None:
        """A true sentence about a turn that takes longer, once a turn."""
        async with self.db.transaction() as session:
            talk = await repository.lock(session, entry.conversation_id, fence=fence)
            fresh = await repository.entry(session, entry.conversation_id, entry.seq)
            if fresh is None or fresh.is_slow_told or not turns.needs_bot(talk, fresh):
                return
            fresh.is_slow_told = True
            turns.reply(session, talk, fresh, what())
            await repository.notify(session, talk)

    async def _settle(self, fence: int, entry: Entry, settle: Settle) -> Found | None:
        async with self.db.transaction() as session:
            talk = await repository.lock(session, entry.conversation_id, fence=fence)
            still_open = await repository.pending(session, talk.id)
            fresh = next((other for other in still_open if other.seq == entry.seq), None)
            # Given back between looking and locking: the loop comes round and asks the bot.
            is_for_bot = settle is turns.settle_without_bot and fresh is not None and turns.needs_bot(talk, fresh)
            if fresh is not None and not is_for_bot:
                was = talk.owner
                await settle(session, talk, fresh)
                await repository.notify(session, talk, was=was)
            brought = _turn_of(session, talk, fresh)
            found = await _next(session, talk, still_open)
        if brought is not None:
            self.outcomes.tell((entry.conversation_id, entry.seq), brought)
        return found


async def _next(session: AsyncSession, talk: Conversation, looked: Sequence[Entry] | None = None) -> Found | None:
    """The oldest open entry; with none left the lease is given up under the same lock that accepting takes."""
    for entry in looked or await repository.pending(session, talk.id):
        if entry.done_at is None:
            return talk, entry
    talk.lease_until = None
    return None


def _turn_of(session: AsyncSession, talk: Conversation, entry: Entry | None) -> Turn | None:
    """What this transaction brought, when it is all the turn brought."""
    if entry is None or entry.done_at is None or entry.is_slow_told:
        return None
    said = [repository.message_of(line) for line in repository.added_lines(session) if line.reply_to == entry.seq]
    owner, expected = entry.done_owner or talk.owner, entry.done_expects or talk.expects
    return Turn(entry.seq, Owner(owner), tuple(said), expected, done=True)


def _age_s(entry: Entry) -> float:
    return max((clock.now() - entry.accepted_at) / timedelta(seconds=1), 0)
