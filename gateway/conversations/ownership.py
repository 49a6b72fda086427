"""Changing who owns a talk: always on the locked row, always leaving a record of who and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.conversations import repository, says
from gateway.conversations.models import Change, Conversation
from gateway.conversations.states import Event, Owner, next_owner
from kernel import clock
from kit import jobs

QUEUE_REMINDER = timedelta(minutes=3)  # after it the customer is told once more, with a way out
QUEUE_LIMIT = timedelta(minutes=15)  # after it the talk becomes a message left for the agents
IDLE_LIMIT = timedelta(hours=24)  # etiquette 4: 进度保留 24 小时
IDLE_TASK = "conversations.close_idle"
QUEUE_REMINDER_TASK = "conversations.remind_waiting"
QUEUE_LIMIT_TASK = "conversations.end_waiting"


def change(session: AsyncSession, talk: Conversation, event: Event, *, actor: str, reason: str) -> Owner:
    """Move the talk along the table and write down who did it and why. Returns the new owner.

    Raises:
        TransitionNotAllowed
    """
    was, now = Owner(talk.owner), clock.now()
    talk.owner = next_owner(was, event)
    session.add(
        Change(
            conversation_id=talk.id,
            event=event,
            from_owner=was,
            to_owner=talk.owner,
            actor=actor,
            reason=reason,
            at=now,
        )
    )
    return Owner(talk.owner)


async def hand_off(
    session: AsyncSession, talk: Conversation, *, reason: str, skill: str, summary: str, actor: str = "bot"
) -> None:
    """Put the talk into the queue; who was waiting before keeps their place in time."""
    change(session, talk, Event.HANDED_OFF, actor=actor, reason=reason)
    talk.reason, talk.skill, talk.summary = reason, skill, summary
    talk.waiting_since = clock.now()
    await _start_waiting_clock(session, talk)


async def requeue(session: AsyncSession, talk: Conversation, event: Event, *, actor: str, reason: str) -> None:
    """Back from an agent into the queue, the original waiting time kept."""
    change(session, talk, event, actor=actor, reason=reason)
    talk.agent_id = talk.agent_name = None
    talk.waiting_since = talk.waiting_since or clock.now()
    await _start_waiting_clock(session, talk)


async def _start_waiting_clock(session: AsyncSession, talk: Conversation) -> None:
    # The same wait, by its beginning: a job of an earlier wait finds another beginning and does nothing.
    args = {"conversation_id": talk.id, "since": _mark(talk)}
    for task, after in ((QUEUE_REMINDER_TASK, QUEUE_REMINDER), (QUEUE_LIMIT_TASK, QUEUE_LIMIT)):
        await jobs.defer(session, task, args, key=f"{task}:{talk.id}:{talk.last_seq}", after=after)


def _mark(talk: Conversation) -> str:
    assert talk.waiting_since is not None
    return talk.waiting_since.astimezone(clock.TZ).isoformat()


def is_same_wait(talk: Conversation, since: str) -> bool:
    return talk.owner == Owner.QUEUED and talk.waiting_since is not None and _mark(talk) == since


def end(session: AsyncSession, talk: Conversation, *, actor: str, reason: str) -> None:
    """Close the talk; what was proved about the customer ends with it."""
    if talk.owner == Owner.AGENT:
        change(session, talk, Event.FINISHED, actor=actor, reason=reason)
    change(session, talk, Event.CLOSED, actor=actor, reason=reason)
    talk.closed_at = clock.now()
    talk.identity_level, talk.identity_last4, talk.identity_until = "L0", None, None
    talk.waiting_since = talk.emergency = None


async def watch_idleness(session: AsyncSession, talk: Conversation) -> None:
    """One waiting job a talk looks whether anything still happens."""
    await jobs.defer(
        session, IDLE_TASK, {"conversation_id": talk.id}, key=f"{IDLE_TASK}:{talk.id}", at=talk.active_at + IDLE_LIMIT
    )


async def leave_queue(session: AsyncSession, talk: Conversation, *, reply_to: int | None) -> None:
    """The customer changed their mind: the bot goes on."""
    change(session, talk, Event.CHANGED_MIND, actor="customer", reason="不等了")
    talk.waiting_since = None
    repository.add_line(session, talk, says.back_with_bot(), at=clock.now(), reply_to=reply_to)


def identity_level(talk: Conversation) -> str:
    """What is proved right now; a proof that has ended is L0."""
    alive = talk.identity_until is not None and talk.identity_until > clock.now()
    return talk.identity_level if alive else "L0"


def merge_learnt(known: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """What the bot knows by now: the newest task and facts by name, everything done kept in order."""
    facts = dict(map(tuple, known.get("facts") or ())) | dict(map(tuple, news.get("facts") or ()))
    done = list(dict.fromkeys([*(known.get("done") or ()), *(news.get("done") or ())]))
    return {
        "task": news.get("task") or known.get("task"),
        "facts": [[name, value] for name, value in facts.items()],
        "done": done,
    }
