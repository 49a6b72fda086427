"""The agents' side of a conversation: who waits, take, answer, give back, pass on, close."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.conversations import ownership, repository, says
from gateway.conversations.cleaning import clean
from gateway.conversations.errors import AlreadyTaken, NotYours
from gateway.conversations.inbox import new_entry
from gateway.conversations.models import Conversation
from gateway.conversations.schemas import Accepted, Contact, Inbound, Overview, Waiting, text_draft
from gateway.conversations.states import WAITING, Event, Owner
from kernel import clock, ids

if TYPE_CHECKING:
    from gateway.conversations.mailbox import Mailbox
    from gateway.conversations.wakeups import Wakeups
    from kit.db import Database


class AgentSide:
    """Mixed into `service.Conversations`."""

    db: Database
    wakeups: Wakeups
    mailbox: Mailbox

    async def waiting(self, agent: Contact | None = None) -> list[Waiting]:
        """Who waits, next first, then whom this agent serves now."""
        async with self.db.reading() as session:
            rows = await repository.with_people(session, agent.agent_id if agent else None)
        places = {talk.id: n for n, (talk, _) in enumerate(rows, 1) if talk.owner == Owner.QUEUED}
        return [_waiting(talk, text, places.get(talk.id)) for talk, text in rows]

    async def place(self, conversation_id: str) -> int | None:
        """The place in the queue, 1 is next; None when it does not wait there."""
        async with self.db.reading() as session:
            talk = await repository.get(session, conversation_id)
            return await repository.place_in_queue(session, talk) if talk.owner == Owner.QUEUED else None

    async def overview(self, conversation_id: str) -> Overview:
        async with self.db.reading() as session:
            talk = await repository.get(session, conversation_id)
            changes = await repository.changes(session, conversation_id)
        return _overview(talk, [_change_json(c) for c in changes])

    async def hand_off(self, conversation_id: str, *, reason: str, skill: str = "general", summary: str = "") -> None:
        """A door asks for a person (the caller pressed 0)."""
        async with self._changing(conversation_id) as (session, talk):
            await ownership.hand_off(session, talk, reason=reason, skill=skill, summary=summary, actor="customer")

    async def take(self, conversation_id: str, agent: Contact) -> None:
        """Take over a waiting talk; of two who try, one gets it.

        Raises:
            AlreadyTaken: somebody else has it, or nobody waits there any more.
        """
        async with self._changing(conversation_id) as (session, talk):
            if talk.owner == Owner.AGENT and talk.agent_id == agent.agent_id:
                return
            if talk.owner not in WAITING:
                raise AlreadyTaken("another agent has this talk, or it waits no more", owner=talk.owner)
            ownership.change(session, talk, Event.TAKEN, actor=f"agent:{agent.agent_id}", reason="接起")
            talk.agent_id, talk.agent_name = agent.agent_id, agent.name
            greeting = says.agent_took_over(agent.agent_id, agent.name)
            repository.add_line(session, talk, greeting, at=clock.now())

    async def answer(self, conversation_id: str, agent: Contact, text: str, *, key: str | None = None) -> int:
        """The agent says something; the same `key` says it once. Returns its place.

        Raises:
            NotYours
        """
        async with self._changing(conversation_id) as (session, talk):
            if key and (known := await repository.line_by_key(session, conversation_id, key)):
                return known.seq
            _check_mine(talk, agent)
            draft = text_draft("agent", clean(text), author_name=agent.name or None)
            return repository.add_line(session, talk, draft, at=clock.now(), key=key).seq

    async def give_back(self, conversation_id: str, agent: Contact, learnt: dict[str, Any]) -> Accepted:
        """Hand the talk back to the bot with what was learnt; the bot speaks next.

        Args:
            learnt: `{"note": str, "facts": [[name, value], …], "done": [str, …]}`, all optional.
        """
        async with self._changing(conversation_id) as (session, talk):
            _check_mine(talk, agent)
            ownership.change(session, talk, Event.GIVEN_BACK, actor=f"agent:{agent.agent_id}", reason="交还小电")
            talk.learnt = ownership.merge_learnt(talk.learnt or {}, learnt)
            talk.agent_id = talk.agent_name = talk.waiting_since = talk.emergency = None
            resume = Inbound(conversation_id, f"resume:{ids.new_id('r')}", "resume")
            entry = new_entry(talk, resume, {"handoff": {"learnt": {**talk.learnt, **learnt}}})
            session.add(entry)
        self.mailbox.ring(conversation_id)
        return Accepted(entry.seq)

    async def transfer(self, conversation_id: str, agent: Contact, *, skill: str, reason: str) -> None:
        """Back into the queue for another skill, the waiting time kept."""
        async with self._changing(conversation_id) as (session, talk):
            _check_mine(talk, agent)
            talk.skill = skill
            await ownership.requeue(
                session, talk, Event.TRANSFERRED, actor=f"agent:{agent.agent_id}", reason=reason or "转其他坐席"
            )

    async def close(self, conversation_id: str, *, actor: str, reason: str) -> None:
        """End the talk; ending an ended one changes nothing. `actor`: customer, bot, system or `agent:<id>`.

        Raises:
            NotYours: an agent ends a talk that is not theirs.
        """
        async with self._changing(conversation_id) as (session, talk):
            if talk.owner == Owner.CLOSED:
                return
            if actor.startswith("agent:"):
                _check_mine(talk, Contact(actor.removeprefix("agent:")))
                repository.add_line(session, talk, says.ended(), at=clock.now())
            ownership.end(session, talk, actor=actor, reason=reason)

    @asynccontextmanager
    async def _changing(self, conversation_id: str) -> AsyncIterator[tuple[AsyncSession, Conversation]]:
        async with self.db.transaction() as session:
            talk = await repository.lock(session, conversation_id)
            was = talk.owner
            talk.active_at = clock.now()
            yield session, talk
            await repository.notify(session, talk, was=was)


def _check_mine(talk: Conversation, agent: Contact) -> None:
    if talk.owner != Owner.AGENT or talk.agent_id != agent.agent_id:
        raise NotYours("take the talk first")


def _waiting(talk: Conversation, last_text: str, place: int | None) -> Waiting:
    return Waiting(
        conversation_id=talk.id,
        channel=talk.channel,
        owner=Owner(talk.owner),
        reason=talk.reason or "",
        skill=talk.skill or "general",
        summary=talk.summary or "",
        emergency=talk.emergency,
        waiting_since=talk.waiting_since or talk.active_at,
        agent_id=talk.agent_id,
        last_text=last_text,
        caller_phone=talk.caller_phone,
        place=place,
    )


def _overview(talk: Conversation, changes: list[dict[str, Any]]) -> Overview:
    return Overview(
        conversation_id=talk.id,
        channel=talk.channel,
        owner=Owner(talk.owner),
        agent_id=talk.agent_id,
        reason=talk.reason,
        skill=talk.skill,
        summary=talk.summary,
        emergency=talk.emergency,
        identity_level=ownership.identity_level(talk),
        account_last4=talk.identity_last4,
        caller_phone=talk.caller_phone,
        opened_at=talk.opened_at,
        waiting_since=talk.waiting_since,
        learnt=talk.learnt or {},
        changes=tuple(changes),
        expects=talk.expects,
    )


def _change_json(change: Any) -> dict[str, Any]:
    return {
        "event": change.event,
        "from": change.from_owner,
        "to": change.to_owner,
        "actor": change.actor,
        "reason": change.reason,
        "at": change.at.isoformat(timespec="seconds"),
    }
