"""One turn: who owns the talk decides what becomes of an accepted message.

`settle` runs in the transaction that closes the inbox entry and carries the mailbox's fence, so a worker that lost its
lease writes nothing, and the bot's answer is dropped when a person has taken the talk meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.conversations import ownership, repository, says
from gateway.conversations.models import Conversation, Entry
from gateway.conversations.schemas import Draft
from gateway.conversations.states import Owner
from kernel import clock, expects
from kernel.danger import may_be_danger
from kit import logging

log = logging.get("gateway.turns")

MAX_BOT_CHARS = 2000  # what is longer is kept whole in the transcript; the bot reads its beginning


def request_of(talk: Conversation, entry: Entry) -> dict[str, Any]:
    """The turn as the bot is asked it; the entry's id is the key under which the bot keeps its answer."""
    context: dict[str, Any] = dict(entry.context)
    known = {"caller_phone": talk.caller_phone, "visitor_id": talk.visitor_id}
    context |= {k: v for k, v in known.items() if v}
    return {
        "conversation_id": talk.id,
        "turn_key": entry.id,
        "channel": talk.channel,
        "input": {"kind": entry.kind, "value": entry.value[:MAX_BOT_CHARS]},
        "context": context,
    }


def needs_bot(talk: Conversation, entry: Entry) -> bool:
    """The bot's talks; and while an agent is waited for, words of danger: nobody waits for those commands."""
    in_danger = talk.owner == Owner.QUEUED and entry.kind == "text" and may_be_danger(entry.value)
    return (talk.owner == Owner.BOT and not _is_blank(entry)) or in_danger


def _is_blank(entry: Entry) -> bool:
    return entry.kind == "text" and not entry.value.strip()


def close_entry(talk: Conversation, entry: Entry) -> None:
    entry.done_at, entry.done_owner, entry.done_expects = clock.now(), talk.owner, talk.expects


def reply(session: AsyncSession, talk: Conversation, entry: Entry, *drafts: Draft) -> None:
    for draft in drafts:
        repository.add_line(session, talk, draft, at=clock.now(), reply_to=entry.seq)


async def settle_without_bot(session: AsyncSession, talk: Conversation, entry: Entry) -> None:
    """Blank text, or a talk that a person owns or will own."""
    if talk.owner == Owner.QUEUED:
        await _while_queued(session, talk, entry)
    elif talk.owner == Owner.MESSAGE and _wants_to_leave(entry):
        await ownership.leave_queue(session, talk, reply_to=entry.seq)
    elif talk.owner == Owner.BOT and _is_blank(entry):
        reply(session, talk, entry, says.blank())
    # an agent's, or a talk that ended meanwhile: the line stands in the transcript and nobody answers for a person
    close_entry(talk, entry)


def _wants_to_leave(entry: Entry) -> bool:
    value = entry.value.strip().rstrip("。.！!")
    return value == says.LEAVE_QUEUE or (entry.kind == "text" and value in says.LEAVING_WORDS)


async def _while_queued(session: AsyncSession, talk: Conversation, entry: Entry) -> None:
    if _wants_to_leave(entry):
        await ownership.leave_queue(session, talk, reply_to=entry.seq)
    elif entry.kind in ("text", "choice", "digits") and entry.value.strip():
        position = await repository.place_in_queue(session, talk)
        reply(session, talk, entry, says.kept_for_agent(position))


async def settle_refused(session: AsyncSession, talk: Conversation, entry: Entry) -> None:
    """The bot would not take this input (never a reason to try again)."""
    if talk.owner != Owner.BOT:
        return await settle_without_bot(session, talk, entry)
    reply(session, talk, entry, says.not_understood())
    close_entry(talk, entry)
    return None


async def settle_given_up(session: AsyncSession, talk: Conversation, entry: Entry) -> None:
    """The bot has been away too long: a person goes on."""
    if talk.owner != Owner.BOT:
        return await settle_without_bot(session, talk, entry)
    reply(session, talk, entry, says.handed_over_because_down())
    await ownership.hand_off(
        session,
        talk,
        reason="智能客服连不上",
        skill="general",
        summary="智能客服暂时连不上，客户的话还没有答复",
        actor="system",
    )
    await _say_place(session, talk, entry)
    close_entry(talk, entry)
    return None


async def settle_answer(session: AsyncSession, talk: Conversation, entry: Entry, answer: Mapping[str, Any]) -> None:
    """Write down what the bot said and do what it signals."""
    entry.nlu = answer.get("nlu")
    if talk.owner == Owner.QUEUED:
        return await _while_queued_in_danger(session, talk, entry, answer)
    if talk.owner != Owner.BOT:
        log.info("answer dropped, a person owns the talk", conversation_id=talk.id, owner=talk.owner)
        return close_entry(talk, entry)
    for message in answer.get("messages") or ():
        reply(session, talk, entry, Draft("bot", tuple(message["parts"]), message.get("speech")))
    talk.expects = _known_expects(answer.get("expects"))
    if answer.get("learnt"):
        talk.learnt = ownership.merge_learnt(talk.learnt or {}, answer["learnt"])
    for signal in _in_order(answer.get("signals") or ()):
        await _SIGNALS[signal["kind"]](session, talk, entry, signal)
    close_entry(talk, entry)
    return None


async def _while_queued_in_danger(
    session: AsyncSession, talk: Conversation, entry: Entry, answer: Mapping[str, Any]
) -> None:
    """The life-saving words are said and the talk goes to the head of the queue; anything else waits for the agent."""
    emergency = next((s for s in answer.get("signals") or () if s.get("kind") == "emergency"), None)
    if emergency is None:
        return await settle_without_bot(session, talk, entry)
    for message in answer.get("messages") or ():
        reply(session, talk, entry, Draft("bot", tuple(message["parts"]), message.get("speech")))
    await _emergency(session, talk, entry, emergency)
    close_entry(talk, entry)
    return None


def _known_expects(value: Any) -> str:
    try:
        return str(expects.parse(value))
    except (ValueError, TypeError, AttributeError):
        return "free"


_ORDER = ("emergency", "identity", "handoff", "close")  # an emergency must be known before the queue is entered


def _in_order(signals: Any) -> list[Mapping[str, Any]]:
    known = [signal for signal in signals if signal.get("kind") in _ORDER]
    return sorted(known, key=lambda signal: _ORDER.index(signal["kind"]))


async def _emergency(_: AsyncSession, talk: Conversation, __: Entry, signal: Mapping[str, Any]) -> None:
    talk.emergency = str(signal.get("hazard") or "unknown")


async def _identity(_: AsyncSession, talk: Conversation, __: Entry, signal: Mapping[str, Any]) -> None:
    talk.identity_level = str(signal.get("level") or "L0")
    talk.identity_last4 = signal.get("account_last4")
    talk.identity_until = _moment(signal.get("expires_at"))


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


async def _handoff(session: AsyncSession, talk: Conversation, entry: Entry, signal: Mapping[str, Any]) -> None:
    if talk.owner != Owner.BOT:
        return
    await ownership.hand_off(
        session,
        talk,
        reason=str(signal.get("reason") or "客户要人工"),
        skill=str(signal.get("skill") or "general"),
        summary=str(signal.get("summary") or ""),
    )
    await _say_place(session, talk, entry)


async def _say_place(session: AsyncSession, talk: Conversation, entry: Entry) -> None:
    await session.flush()
    reply(session, talk, entry, says.place(await repository.place_in_queue(session, talk)))


async def _close(session: AsyncSession, talk: Conversation, _: Entry, __: Mapping[str, Any]) -> None:
    if talk.owner == Owner.BOT:
        ownership.end(session, talk, actor="bot", reason="办完了")


_SIGNALS = {"emergency": _emergency, "identity": _identity, "handoff": _handoff, "close": _close}
