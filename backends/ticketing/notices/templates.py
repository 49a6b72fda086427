"""The sentences of `templates.yml`: which one belongs to an event, and how it is filled for the eye and for the ear."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from kernel.speech import speakable

FILE = Path(__file__).with_name("templates.yml")
_ASIDE = re.compile(r"（[^（）]*）")
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Template:
    key: str
    kind: str
    text: str
    speech: str

    @property
    def names(self) -> frozenset[str]:
        return open_names(self.text + self.speech)


@dataclass(frozen=True)
class Words:
    text: str
    speech: str


@cache
def load() -> dict[str, Template]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["templates"]
    return {key: Template(key, row["kind"], row["text"], row.get("speech", row["text"])) for key, row in rows.items()}


def of_event(machine: str, event: str, *variants: str | None) -> Template | None:
    """The sentence for an event: the one of a variant (the state it leads to, `member`, `later`…) before the plain
    one; None when the customer is not told."""
    for variant in variants:
        if variant and (found := load().get(f"{machine}.{event}.{variant}")):
            return found
    return load().get(f"{machine}.{event}")


def open_names(sentence: str) -> frozenset[str]:
    """What is still to be filled in."""
    return frozenset(_NAME.findall(sentence))


def fill(sentence: str, facts: Mapping[str, object]) -> str:
    """`{name}` by its fact; a name without a fact stays, to be filled recipient by recipient."""
    return _NAME.sub(lambda m: str(facts[m[1]]) if m[1] in facts else m[0], sentence)


def words(template: Template, facts: Mapping[str, object]) -> Words:
    """Both variants, filled once; what is given to one recipient alone is still open. What stands in brackets for the
    eye is not said."""
    return Words(fill(template.text, facts), _ASIDE.sub("", fill(template.speech, facts)))


def finish(shown: Words, fills: Mapping[str, object] | None = None) -> Words:
    """The words of one recipient: their own facts filled in, nothing left open, and the speech fit for saying."""
    own = fills or {}
    text = _NAME.sub("", fill(shown.text, own))
    return Words(text, speakable(_NAME.sub("", fill(shown.speech, own))))
