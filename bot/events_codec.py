"""Tracker events as small JSON rows and back.

Rasa's own form of a user event is some 4 KB (tokens, ranking of all intents, message metadata with the caller's
number) and reading it back
walks every subclass of `Event`. Here the four kinds that make up nearly every talk are short rows; the rest keep
Rasa's form.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered

from bot.privacy import NEVER_STORED, masked_entities, masked_text

_INTENT_KEYS = ("name", "confidence")
_ENTITY_KEYS = ("entity", "value", "role", "group")
_BOT_METADATA = ("utter_action", "speech", "metadata")


def _user(event: UserUttered) -> list[Any]:
    intent = {key: event.intent[key] for key in _INTENT_KEYS if key in event.intent}
    entities = [
        {key: entity[key] for key in _ENTITY_KEYS if entity.get(key) is not None}
        for entity in masked_entities(event.entities)
    ]
    text = masked_text(event.text, event.entities)
    return ["u", event.timestamp, text, intent, entities, event.input_channel, event.use_text_for_featurization]


def _bot(event: BotUttered) -> list[Any]:
    kept = {key: event.metadata[key] for key in _BOT_METADATA if event.metadata.get(key)}
    return ["b", event.timestamp, event.text, (event.data or {}).get("buttons"), kept]


def _action(event: ActionExecuted) -> list[Any]:
    how = [event.policy, event.confidence, event.action_text, event.hide_rule_turn]
    return ["a", event.timestamp, event.action_name, *how]


def _slot(event: SlotSet) -> list[Any]:
    return ["s", event.timestamp, event.key, None if event.key in NEVER_STORED else event.value]


_WRITERS = {UserUttered: _user, BotUttered: _bot, ActionExecuted: _action, SlotSet: _slot}


def write(event: Event) -> list[Any]:
    """One event as a row that `json.dumps` takes."""
    writer = _WRITERS.get(type(event))
    return writer(event) if writer else ["x", event.as_dict()]


def _read_user(row: list[Any]) -> Event:
    _, at, text, intent, entities, channel, by_text = row
    return UserUttered(text, intent, entities, None, at, channel, "", None, by_text)


def _read_bot(row: list[Any]) -> Event:
    _, at, text, buttons, metadata = row
    return BotUttered(text, {"buttons": buttons} if buttons else {}, metadata, at)


def _read_action(row: list[Any]) -> Event:
    _, at, name, policy, confidence, action_text, hidden = row
    return ActionExecuted(name, policy, confidence, at, None, action_text, hidden)


def _read_slot(row: list[Any]) -> Event:
    return SlotSet(row[2], row[3], row[1])


def _read_other(row: list[Any]) -> Event:
    event = Event.from_parameters(row[1])
    if event is None:
        raise ValueError(f"an event of an unknown kind was stored: {row[1].get('event')!r}")
    return event


_READERS = {"u": _read_user, "b": _read_bot, "a": _read_action, "s": _read_slot, "x": _read_other}


def read(row: list[Any]) -> Event:
    """The event of a row.

    Raises:
        ValueError: Rasa does not know this kind of event.
    """
    return _READERS[row[0]](row)
