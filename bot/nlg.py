"""What the bot says, for the eye and for the ear in one message.

A response in the domain has text variants and, where the spoken form differs, variants with `channel: ivr`. Rasa
would choose one of them by
the channel of the moment; here both are given, `text` and `speech`, because the transcript is read by people whatever
door it came through.
Templates are taken apart once, not on every use.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Any

import structlog
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.speech import spoken

VOICE = "ivr"  # style.md 8: `channel: ivr` variants
_VARIABLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NOT_SENT = ("text", "condition", "channel", "id")
log = structlog.get_logger(__name__)


@lru_cache(maxsize=4096)
def pieces(template: str) -> tuple[str, ...]:
    """Literal, variable, literal, … ; odd places are names of variables."""
    return tuple(_VARIABLE.split(template))


def filled(template: str, values: dict[str, Any], *, aloud: bool = False) -> str:
    """The template with its variables; `aloud` prefers `<name>_spoken`. A missing one is an error in the log and
    nothing on the screen."""
    parts = list(pieces(template))
    for place in range(1, len(parts), 2):
        name = parts[place]
        value = values.get(f"{name}_spoken") if aloud else None
        if value is None:
            value = values.get(name)
        if value is None:
            log.error("nlg.variable_missing", variable=name, template=template[:60])
        parts[place] = "" if value is None else str(value)
    return "".join(parts)


def _fits(variant: dict[str, Any], slots: dict[str, Any]) -> bool:
    return all(slots.get(rule["name"]) == rule["value"] for rule in variant.get("condition") or ())


def suitable(variants: list[dict[str, Any]], slots: dict[str, Any]) -> list[dict[str, Any]]:
    """Variants whose conditions hold, those with most of them first served; else those without one, as in Rasa.

    `elder` counts less than any other condition: a second wording for everybody is better than the first one, short.
    """
    fitting = [v for v in variants if _fits(v, slots)]
    best = max((_weight(v) for v in fitting), default=0)
    return [v for v in fitting if _weight(v) == best]


def _weight(variant: dict[str, Any]) -> int:
    return sum(1 if rule["name"] == "elder" else 2 for rule in variant.get("condition") or ())


class TextAndSpeech(TemplatedNaturalLanguageGenerator):
    """See the module. Which of several variants is used depends on the talk alone, so a turn run again says the
    same."""

    def __init__(self, endpoint_config: Any = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        kwargs.pop("domain_responses", None)
        values = {**tracker.current_slot_values(), **kwargs}
        turn = zlib.crc32(f"{tracker.sender_id}{utter_action}{len(tracker.events)}".encode())
        return self.message(utter_action, values, turn)

    def message(self, utter_action: str, values: dict[str, Any], turn: int = 0) -> dict[str, Any] | None:
        """The response as Rasa's message dictionary plus `speech`, or None when the domain has no such response."""
        variants = self.responses.get(utter_action)
        if not variants:
            log.error("nlg.response_missing", response=utter_action)
            return None
        to_read = suitable([v for v in variants if v.get("channel") != VOICE], values)
        to_hear = suitable([v for v in variants if v.get("channel") == VOICE], values)
        if not to_read and not to_hear:
            return None
        shown = to_read[turn % len(to_read)] if to_read else to_hear[turn % len(to_hear)]
        heard = to_hear[turn % len(to_hear)] if to_hear else None
        return _rendered(shown, heard, values)


def _rendered(shown: dict[str, Any], heard: dict[str, Any] | None, values: dict[str, Any]) -> dict[str, Any]:
    message = {key: _deep_filled(value, values) for key, value in shown.items() if key not in _NOT_SENT}
    text = shown.get("text") or ""
    message["text"] = filled(text, values)
    speech = filled(heard["text"], values, aloud=True) if heard else spoken(filled(text, values, aloud=True))
    if speech and speech != message["text"]:
        message["speech"] = spoken(speech)
    return message


def _deep_filled(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return filled(value, values) if "{" in value and not value.startswith("/") else value
    if isinstance(value, dict):
        return {key: _deep_filled(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_deep_filled(item, values) for item in value]
    return value
