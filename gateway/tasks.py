"""Later work on conversations, run by the worker: announcements and time limits."""

from __future__ import annotations

from functools import cache

from gateway.conversations import ownership, repository, says
from gateway.conversations.schemas import Draft, text_draft
from gateway.conversations.states import Event, Owner
from kernel import clock
from kit import settings
from kit.db import Database
from kit.jobs import task


@cache
def _db() -> Database:
    return Database(settings.load().database.url, pool_size=4)


@task("conversations.announce")
async def announce(conversation_id: str, key: str, text: str, speech: str | None = None) -> None:
    """Tell the customer something outside a turn, once a `key`."""
    await _say_once(conversation_id, key, text_draft("system", text, speech))


async def _say_once(conversation_id: str, key: str, draft: Draft) -> None:
    async with _db().transaction() as session:
        talk = await repository.lock(session, conversation_id)
        if await repository.line_by_key(session, conversation_id, key) is None:
            repository.add_line(session, talk, draft, at=clock.now(), key=key)
            await repository.notify(session, talk)


@task(ownership.QUEUE_REMINDER_TASK)
async def remind_waiting(conversation_id: str, since: str) -> None:
    """Still waiting: say so, and where."""
    async with _db().transaction() as session:
        talk = await repository.lock(session, conversation_id)
        key = f"still-waiting:{since}"
        if not ownership.is_same_wait(talk, since) or await repository.line_by_key(session, talk.id, key):
            return
        position = await repository.place_in_queue(session, talk)
        repository.add_line(session, talk, says.still_waiting(position), at=clock.now(), key=key)
        await repository.notify(session, talk)


@task(ownership.QUEUE_LIMIT_TASK)
async def end_waiting(conversation_id: str, since: str) -> None:
    """Nobody came: the talk stays with the agents as a message left, and the customer need not wait."""
    async with _db().transaction() as session:
        talk = await repository.lock(session, conversation_id)
        if not ownership.is_same_wait(talk, since):
            return
        ownership.change(session, talk, Event.MESSAGE_LEFT, actor="system", reason="等候过久，没有坐席接起")
        repository.add_line(session, talk, says.left_as_message(), at=clock.now())
        await repository.notify(session, talk, was=Owner.QUEUED)


@task(ownership.IDLE_TASK)
async def close_idle(conversation_id: str) -> None:
    """Close what nobody has touched for a day; what agents still owe an answer stays open."""
    async with _db().transaction() as session:
        talk = await repository.lock(session, conversation_id)
        if talk.owner == Owner.CLOSED:
            return
        idle = clock.now() - talk.active_at >= ownership.IDLE_LIMIT
        if idle and talk.owner == Owner.BOT:
            ownership.end(session, talk, actor="system", reason="一天没有动静")
            await repository.notify(session, talk)
            return
        if idle:
            talk.active_at = clock.now()  # looked at again in a day
        await ownership.watch_idleness(session, talk)
