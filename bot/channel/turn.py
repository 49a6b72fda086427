"""One turn: from what came in to the stored answer. One at a time for a conversation.

The steps are those of `MessageProcessor.handle_message` of Rasa 3.6.21, without its second reading of the talk for an
anonymisation we do
ourselves, and with talk and answer written in one transaction.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import structlog
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot import manner
from bot.action_server import TurnAborted
from bot.channel import answer as answers
from bot.channel.incoming import ChoiceNotOffered, TurnIn, heard
from bot.learnt import learnt_of
from bot.tracker_store import Talk, TalkStore

if TYPE_CHECKING:
    from rasa.core.agent import Agent

log = structlog.get_logger(__name__)
FOR_ONE_TURN = ("offered", "knowledge_choices")  # slots: an offer that was not taken up is gone
SHORTEST_PAIR = 6  # signs; less holds no two requests
# Slots filled from what the gateway knows of the talk, where the domain has them.
CONTEXT_SLOTS = ("caller_phone", "visitor_phone", "visitor_id")
NOT_UNDERSTOOD = "不好意思，我没听明白，请换个说法再说一次。"
NOT_OFFERED = "这个选项现在用不上了，请在下面重新选一次，或者直接告诉我要办什么。"
OUT_OF_ORDER = "不好意思，系统刚才没反应过来，刚才这句话还没办成，请您再说一次；着急的话可以说“转人工”。"


class ActionsUnavailable(Exception):
    """The action server was not there or too slow; nothing of the turn was kept, the same turn may be asked again."""


class Turns:
    """Answers turns with Rasa's agent."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, agent: Agent, turn: TurnIn) -> dict[str, Any]:
        """The answer of the turn: the stored one when this `turn_key` was answered before.

        Raises:
            ActionsUnavailable: see there.
            redis.RedisError: the talk could not be read or written; nothing was kept.
        """
        lock = self._locks.setdefault(turn.conversation_id, asyncio.Lock())
        async with lock:
            store: TalkStore = agent.tracker_store
            talk, stored = store.load(turn.conversation_id, turn.turn_key)
            if stored is not None:
                return stored
            now, answer = await self._answer(agent, store, talk, turn)
            store.save_turn(turn.conversation_id, now, turn.turn_key, answer)
            return answer

    async def _answer(self, agent: Agent, store: TalkStore, talk: Talk, turn: TurnIn) -> tuple[Talk, dict[str, Any]]:
        tracker = store.tracker_of(turn.conversation_id, talk)
        try:
            text = heard(turn, talk.offered, talk.expects, agent.domain.intents)
        except ChoiceNotOffered:
            return talk, _offered_again(talk, tracker)
        recorder = answers.Recorder()
        try:
            await _hear(agent, tracker, recorder, turn, text)
        except TurnAborted as aborted:
            log.error("turn.aborted", action=aborted.action, why=aborted.why, conversation_id=turn.conversation_id)
            if aborted.retryable:
                raise ActionsUnavailable(aborted.why) from aborted
            return talk, _only(_plain(OUT_OF_ORDER), talk, store.tracker_of(turn.conversation_id, talk))
        said = answers.sort_out(recorder.messages)
        if not said.messages and not said.signals:
            said.messages.append(_plain(NOT_UNDERSTOOD))
        if turn.turn_key == tracker.current_slot_values().get("elder_since"):
            said.signals.append({"kind": "elder"})  # pages show larger letters from here on
        answer = answers.answer_of(said, tracker)
        return Talk(store.rows_of(tracker), said.offered, answer["expects"], said.messages), answer


async def _hear(
    agent: Agent, tracker: DialogueStateTracker, recorder: answers.Recorder, turn: TurnIn, text: str
) -> None:
    processor = agent.processor
    assert processor is not None
    metadata: dict[str, Any] = {
        "kind": turn.kind,
        "value": turn.value[:500],
        "channel": turn.channel,
        "turn_key": turn.turn_key,
        "context": dict(turn.context),
    }
    message = UserMessage(
        text, recorder, turn.conversation_id, input_channel=turn.channel, message_id=turn.turn_key, metadata=metadata
    )
    await processor._update_tracker_session(tracker, recorder, None)
    offered = {slot: tracker.get_slot(slot) for slot in FOR_ONE_TURN if slot in tracker.slots}
    tracker.update_with_events([*_context_events(tracker, turn), *_manner_events(tracker, turn)], agent.domain)
    message.parse_data = await processor.parse_message(message, tracker)
    metadata["clauses"] = _clauses(turn, text, message.parse_data)
    await processor._handle_message_with_tracker(message, tracker)
    tracker = await processor.run_action_extract_slots(recorder, tracker)
    await processor._run_prediction_loop(recorder, tracker)
    lapsed = [slot for slot, value in offered.items() if value is not None and tracker.get_slot(slot) is value]
    tracker.update_with_events([SlotSet(slot, None) for slot in lapsed], agent.domain)


def _clauses(turn: TurnIn, text: str, parsed: dict[str, Any]) -> list[dict[str, Any]]:
    """The two parts of a sentence in the order said, as the classifier cut it; empty when it is one piece."""
    if turn.kind != "text" or text.startswith("/") or len(text) < SHORTEST_PAIR:
        return []
    return list(parsed.get("clauses") or [])


def _manner_events(tracker: DialogueStateTracker, turn: TurnIn) -> list[SlotSet]:
    """Slower and shorter from this turn on, or no longer so."""
    if turn.kind != "text" or "elder" not in tracker.slots:
        return []
    before = bool(tracker.get_slot("elder"))
    now = manner.is_elder(turn.value, tracker.current_slot_values())
    if before == now:
        return []
    return [SlotSet("elder", now or None), SlotSet("elder_since", turn.turn_key if now else None)]


def _context_events(tracker: DialogueStateTracker, turn: TurnIn) -> list[SlotSet]:
    known = {"channel": turn.channel, **{name: turn.context.get(name) for name in CONTEXT_SLOTS}}
    known["handoff"] = turn.context.get("handoff")
    return [
        SlotSet(slot, value)
        for slot, value in known.items()
        if value is not None and slot in tracker.slots and tracker.slots[slot].value != value
    ]


def _plain(text: str) -> dict[str, Any]:
    return {"parts": [{"kind": "text", "text": text}]}


def _offered_again(talk: Talk, tracker: DialogueStateTracker) -> dict[str, Any]:
    """A button or key from before: the question that stands is put again, nothing else happens."""
    choices = [{"id": choice["id"], "label": choice["label"]} for choice in talk.offered]
    message = _plain(NOT_OFFERED if choices else NOT_UNDERSTOOD)
    if choices:
        message["parts"].append({"kind": "choices", "choices": choices})
        listed = "，".join(
            f"{place}，{choice['label']}" for place, choice in zip("一二三四五六七八九", choices, strict=False)
        )
        message["speech"] = f"没有这个选项，请再按一次。{listed}。"
    return _only(message, talk, tracker)


def _only(message: dict[str, Any], talk: Talk, tracker: DialogueStateTracker) -> dict[str, Any]:
    """An answer of one message, with everything else as it stood before the turn."""
    return {
        "messages": [message],
        "expects": talk.expects,
        "signals": [],
        "learnt": learnt_of(tracker.current_slot_values()),
        "nlu": {"intent": None, "confidence": 0.0},
    }
