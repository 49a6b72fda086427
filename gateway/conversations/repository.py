"""Every query of the schema `conversations`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.conversations.errors import ConversationNotFound, LeaseLost
from gateway.conversations.models import Change, Conversation, Entry, Line
from gateway.conversations.schemas import Draft, Message
from gateway.conversations.states import PERSON_OWNED, WAITING, Owner

CHANNEL = "conversations"  # of LISTEN/NOTIFY
_WALL = sa.func.clock_timestamp()

# What every turn asks is built once: building a statement costs as much as running it.
_ID: sa.BindParameter[str] = sa.bindparam("id")
_OF_TALK = Entry.conversation_id == _ID
_AS_IT_STANDS = {"populate_existing": True}
_LOCKED = sa.select(Conversation).where(Conversation.id == _ID).with_for_update().execution_options(**_AS_IT_STANDS)
_KNOWN_OR_PENDING = sa.select(Entry).where(
    _OF_TALK, sa.or_(Entry.message_key == sa.bindparam("message_key"), Entry.done_at.is_(None))
)
_PENDING = (
    sa.select(Entry)
    .where(_OF_TALK, Entry.done_at.is_(None))
    .order_by(Entry.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .execution_options(**_AS_IT_STANDS)
)
_NOTIFY = sa.select(sa.func.pg_notify(CHANNEL, sa.bindparam("payload")))


def message_of(line: Line) -> Message:
    return Message(
        seq=line.seq,
        author=line.author,  # type: ignore[arg-type]
        at=line.at,
        parts=tuple(line.parts),
        speech=line.speech,
        author_name=line.author_name,
        reply_to=line.reply_to,
        is_secret=line.is_secret,
    )


async def insert_conversation(session: AsyncSession, values: dict[str, Any]) -> bool:
    """False when the channel already has a conversation with this `open_key`."""
    done = await session.execute(
        insert(Conversation).values(**values).on_conflict_do_nothing().returning(Conversation.id)
    )
    return done.scalar_one_or_none() is not None


async def id_by_open_key(session: AsyncSession, channel: str, key: str) -> str | None:
    where = sa.select(Conversation.id).where(Conversation.channel == channel, Conversation.open_key == key)
    return (await session.execute(where)).scalar_one_or_none()


async def open_id_of_visitor(session: AsyncSession, channel: str, visitor_id: str) -> str | None:
    """The newest conversation of this visitor that is not closed."""
    query = (
        sa.select(Conversation.id)
        .where(Conversation.visitor_id == visitor_id, Conversation.channel == channel)
        .where(Conversation.owner != Owner.CLOSED)
        .order_by(Conversation.opened_at.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def get(session: AsyncSession, conversation_id: str) -> Conversation:
    found = await session.get(Conversation, conversation_id)
    if found is None:
        raise ConversationNotFound("no such conversation")
    return found


async def lock(session: AsyncSession, conversation_id: str, *, fence: int | None = None) -> Conversation:
    """The conversation's row, locked to the end of the transaction.

    Raises:
        ConversationNotFound
        LeaseLost: `fence` is given and another worker has taken the mailbox since.
    """
    found = (await session.execute(_LOCKED, {"id": conversation_id})).scalar_one_or_none()
    if found is None:
        raise ConversationNotFound("no such conversation")
    if fence is not None and found.fence != fence:
        raise LeaseLost("another worker has this conversation now")
    return found


def next_seq(talk: Conversation) -> int:
    """The next place in a conversation whose row is locked."""
    talk.last_seq += 1
    return talk.last_seq


async def entry_by_key(session: AsyncSession, conversation_id: str, message_key: str) -> Entry | None:
    query = sa.select(Entry).where(Entry.conversation_id == conversation_id, Entry.message_key == message_key)
    return (await session.execute(query)).scalar_one_or_none()


async def known_or_pending(session: AsyncSession, conversation_id: str, message_key: str) -> Sequence[Entry]:
    """The entry of this key, whatever became of it, and every one that is still to be answered."""
    found = await session.execute(_KNOWN_OR_PENDING, {"id": conversation_id, "message_key": message_key})
    return found.scalars().all()


async def entry(session: AsyncSession, conversation_id: str, seq: int) -> Entry | None:
    return await session.get(Entry, (conversation_id, seq), populate_existing=True)


async def pending(session: AsyncSession, conversation_id: str, most: int = 2) -> Sequence[Entry]:
    """What is still to be answered, the oldest first, as it stands now."""
    return (await session.execute(_PENDING, {"id": conversation_id, "most": most})).scalars().all()


async def has_pending(session: AsyncSession, conversation_id: str) -> bool:
    return bool(await pending(session, conversation_id, most=1))


async def line_by_key(session: AsyncSession, conversation_id: str, key: str) -> Line | None:
    query = sa.select(Line).where(Line.conversation_id == conversation_id, Line.key == key)
    return (await session.execute(query)).scalar_one_or_none()


def add_line(
    session: AsyncSession,
    talk: Conversation,
    draft: Draft,
    *,
    at: datetime,
    reply_to: int | None = None,
    key: str | None = None,
) -> Line:
    line = Line(
        conversation_id=talk.id,
        seq=next_seq(talk),
        author=draft.author,
        author_name=draft.author_name,
        at=at,
        parts=list(draft.parts),
        speech=draft.speech,
        reply_to=reply_to,
        key=key,
        is_secret=False,
    )
    session.add(line)
    added_lines(session).append(line)
    return line


def added_lines(session: AsyncSession) -> list[Line]:
    """What `add_line` wrote in this session."""
    lines: list[Line] = session.info.setdefault("added_lines", [])
    return lines


async def lines_after(session: AsyncSession, conversation_id: str, after: int, most: int = 500) -> list[Message]:
    query = (
        sa.select(Line).where(Line.conversation_id == conversation_id, Line.seq > after).order_by(Line.seq).limit(most)
    )
    return [message_of(line) for line in (await session.execute(query)).scalars()]


async def newest_lines(session: AsyncSession, conversation_id: str, most: int) -> Sequence[Line]:
    query = sa.select(Line).where(Line.conversation_id == conversation_id).order_by(Line.seq.desc()).limit(most)
    return (await session.execute(query)).scalars().all()


async def replies_to(session: AsyncSession, conversation_id: str, seq: int) -> list[Message]:
    query = sa.select(Line).where(Line.conversation_id == conversation_id, Line.reply_to == seq).order_by(Line.seq)
    return [message_of(line) for line in (await session.execute(query)).scalars()]


async def changes(session: AsyncSession, conversation_id: str) -> Sequence[Change]:
    query = sa.select(Change).where(Change.conversation_id == conversation_id).order_by(Change.id)
    return (await session.execute(query)).scalars().all()


def _queue_order() -> tuple[Any, ...]:
    return (Conversation.emergency.is_(None), Conversation.waiting_since, Conversation.id)


async def place_in_queue(session: AsyncSession, talk: Conversation) -> int:
    """1 for who is next; emergencies stand before everybody else."""
    mine = (talk.emergency is None, talk.waiting_since, talk.id)
    query = (
        sa.select(sa.func.count())
        .select_from(Conversation)
        .where(Conversation.owner == Owner.QUEUED, sa.tuple_(*_queue_order()) < sa.tuple_(*map(sa.literal, mine)))
    )
    return int((await session.execute(query)).scalar_one()) + 1


async def with_people(session: AsyncSession, agent_id: str | None) -> list[tuple[Conversation, str]]:
    """Who waits, and whom `agent_id` serves, the next one first; with the customer's last words."""
    last = (
        sa.select(Line.parts[0]["text"].astext)
        .where(Line.conversation_id == Conversation.id, Line.author == "customer", sa.not_(Line.is_secret))
        .order_by(Line.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    mine = sa.and_(Conversation.owner == Owner.AGENT, Conversation.agent_id == agent_id)
    query = (
        sa.select(Conversation, sa.func.coalesce(last, ""))
        .where(sa.or_(Conversation.owner.in_(WAITING), mine))
        .order_by(Conversation.owner != Owner.QUEUED, *_queue_order())
        .limit(200)
    )
    return [(talk, text) for talk, text in (await session.execute(query)).all()]


async def notify(session: AsyncSession, talk: Conversation, *, was: str | None = None) -> None:
    """Wake whoever follows this talk, in any process, once the transaction commits."""
    with_people = talk.owner in PERSON_OWNED or (was in PERSON_OWNED)
    payload = f"{talk.id} {'p' if with_people else '-'}"
    await session.execute(_NOTIFY, {"payload": payload})


# --- the mailbox's lease -------------------------------------------------------------------------------------------


async def take_lease(session: AsyncSession, conversation_id: str, lease_s: float) -> int | None:
    """Take the mailbox when nobody has it. Returns the fence to write with; None when somebody has."""
    query = (
        sa.update(Conversation)
        .where(Conversation.id == conversation_id)
        .where(sa.or_(Conversation.lease_until.is_(None), Conversation.lease_until < _WALL))
        .values(lease_until=_until(lease_s), fence=Conversation.fence + 1)
        .returning(Conversation.fence)
    )
    return (await session.execute(query)).scalar_one_or_none()


def take_free_lease(talk: Conversation, lease_s: float) -> int:
    """The same for a talk whose row is locked and whose mailbox nobody has."""
    talk.lease_until, talk.fence = _until(lease_s), talk.fence + 1
    return talk.fence


async def renew_lease(session: AsyncSession, conversation_id: str, fence: int, lease_s: float) -> bool:
    query = (
        sa.update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.fence == fence)
        .values(lease_until=_until(lease_s))
        .returning(Conversation.fence)
    )
    return (await session.execute(query)).scalar_one_or_none() is not None


def _until(lease_s: float) -> Any:
    return _WALL + sa.func.make_interval(0, 0, 0, 0, 0, 0, lease_s)


async def unattended(session: AsyncSession, most: int) -> list[str]:
    """Conversations with accepted messages and nobody at work on them, the longest waiting first."""
    oldest = sa.func.min(Entry.accepted_at)
    query = (
        sa.select(Entry.conversation_id)
        .join(Conversation, Conversation.id == Entry.conversation_id)
        .where(Entry.done_at.is_(None))
        .where(sa.or_(Conversation.lease_until.is_(None), Conversation.lease_until < _WALL))
        .group_by(Entry.conversation_id)
        .order_by(oldest)
        .limit(most)
    )
    return list((await session.execute(query)).scalars())
