"""The memory of a talk in Redis, whose cost does not grow with the talk.

Rasa's stores keep every event, read all of them, replay all of them and send all of them to the action server in
every turn
(12 ms at turn 5, 1.5 s at turn 300). Here a talk is kept as if it had begun a few turns ago with everything that is
known:

    action_session_start, session_started, one slot event per slot that has a value, the active form, [rejected],
    [paused]
    followed by the last KEPT_TURNS turns as they were.

So everything in Rasa that replays events (copies, rules, forms, `current_state`) works on it unchanged; see
docs/adr/0005.
A turn is one `MGET` and one `MULTI` that writes the talk together with the answer of the turn: after a crash either
both are
there or neither, and the same `turn_key` may safely be run again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import redis
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    ConversationPaused,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from bot import events_codec

KEPT_TURNS = 3  # rules and stories look back two turns at most; what is to be remembered longer is a slot
ANSWER_TTL_S = 6 * 3600  # a retry of the gateway comes within minutes
REDIS_WAIT_S = 1.0  # a turn has 8 s; a Redis that takes longer is down
PREFIX = "bot:"


@dataclass(frozen=True)
class Talk:
    """What is known of a conversation between turns: event rows, and what the last answer offered and waited for."""

    rows: list[list[Any]] = field(default_factory=list)
    offered: list[dict[str, str]] = field(default_factory=list)
    expects: str = "free"
    last_messages: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> str:
        return json.dumps(
            {"rows": self.rows, "offered": self.offered, "expects": self.expects, "last": self.last_messages},
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @staticmethod
    def from_json(text: bytes | str) -> Talk:
        stored = json.loads(text)
        return Talk(stored["rows"], stored["offered"], stored["expects"], stored["last"])


def start_of_kept(events: list[Event], turns: int) -> int:
    """Index of the `action_listen` before the `turns`-th last thing the customer said; 0 when there were fewer."""
    said = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= turns:
        return 0
    for index in range(said[-turns] - 1, 0, -1):
        event = events[index]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return index
    return said[-turns]


def known_so_far(tracker: DialogueStateTracker, at: float) -> list[Event]:
    """Events that bring an empty tracker to where this one stands (between two turns)."""
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME, timestamp=at), SessionStarted(timestamp=at)]
    events += [
        SlotSet(slot.name, slot.value, timestamp=at)
        for slot in tracker.slots.values()
        if slot.value != slot.initial_value
    ]
    loop = tracker.active_loop_name
    if loop:
        # The form ran before: rules must not take its next run for the first.
        events += [ActionExecuted(loop, timestamp=at), ActiveLoop(loop, timestamp=at)]
        if tracker.is_active_loop_rejected:
            events.append(ActionExecutionRejected(loop, timestamp=at))
    if tracker.is_paused():
        events.append(ConversationPaused(timestamp=at))
    return events


def shortened(tracker: DialogueStateTracker, domain: Domain, turns: int = KEPT_TURNS) -> list[Event]:
    """The tracker's events with all but the last `turns` turns folded into what they led to."""
    events = list(tracker.events)
    cut = start_of_kept(events, turns)
    if cut == 0:
        return events
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], domain.slots)
    return known_so_far(before, events[cut].timestamp) + events[cut:]


class TalkStore(TrackerStore):
    """See the module. `host` is a Redis URL (`redis://…` or `unix://…`), the name Rasa's factory gives it."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        ttl_s: float = 24 * 3600,
        **_: Any,
    ) -> None:
        # A new connection is tried once at once: Redis was restarted between two turns.
        self.red = redis.Redis.from_url(
            host or "redis://127.0.0.1:6379/0",
            socket_timeout=REDIS_WAIT_S,
            socket_connect_timeout=REDIS_WAIT_S,
            retry=Retry(ConstantBackoff(0.05), 2),
            retry_on_error=[redis.ConnectionError],
        )
        self.ttl_s = int(float(ttl_s))
        super().__init__(domain, event_broker)

    def load(self, conversation_id: str, turn_key: str) -> tuple[Talk, dict[str, Any] | None]:
        """The talk (empty when new) and the answer already given to this turn, if any."""
        talk, answer = self.red.mget(_talk_key(conversation_id), _answer_key(conversation_id, turn_key))
        return Talk.from_json(talk) if talk else Talk(), json.loads(answer) if answer else None

    def tracker_of(self, conversation_id: str, talk: Talk) -> DialogueStateTracker:
        tracker = self.init_tracker(conversation_id)
        for row in talk.rows:
            event = events_codec.read(row)
            tracker.events.append(event)
            event.apply_to(tracker)
        return tracker

    def rows_of(self, tracker: DialogueStateTracker) -> list[list[Any]]:
        return [events_codec.write(event) for event in shortened(tracker, self.domain)]

    def save_turn(self, conversation_id: str, talk: Talk, turn_key: str, answer: dict[str, Any]) -> None:
        """Write talk and answer together."""
        with self.red.pipeline(transaction=True) as pipe:
            pipe.set(_talk_key(conversation_id), talk.to_json(), ex=self.ttl_s)
            pipe.set(_answer_key(conversation_id, turn_key), json.dumps(answer, ensure_ascii=False), ex=ANSWER_TTL_S)
            pipe.execute()

    # What Rasa's own HTTP API asks of a store.

    async def save(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        key = _talk_key(tracker.sender_id)
        stored = self.red.get(key)
        before = Talk.from_json(stored) if stored else Talk()
        now = Talk(self.rows_of(tracker), before.offered, before.expects, before.last_messages)
        self.red.set(key, now.to_json(), ex=self.ttl_s)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        stored = self.red.get(_talk_key(sender_id))
        return self.tracker_of(sender_id, Talk.from_json(stored)) if stored else None

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new tracker, not yet written: it is written with its first turn."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def keys(self) -> Iterable[str]:
        start = len(_talk_key(""))
        return [key.decode()[start:] for key in self.red.scan_iter(match=_talk_key("*"), count=1000)]


def _talk_key(conversation_id: str) -> str:
    return f"{PREFIX}talk:{conversation_id}"


def _answer_key(conversation_id: str, turn_key: str) -> str:
    return f"{PREFIX}answer:{conversation_id}:{turn_key}"
