"""The responses of the domain by the rules of etiquette: two ways, nothing unspeakable, none missing, none unused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel import errors
from kernel.expects import parse

ROOT = Path(__file__).resolve().parents[2]
LONGEST_TEXT = 120  # etiquette 1.3
LONGEST_SENTENCE = 36  # etiquette asks for 25 without variables; names of variables count here
UNSPEAKABLE = re.compile(r"[A-Za-z0-9*#＊【】\[\]()（）/:“”…—-]")


def responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "domain").glob("*.yml")):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {})
    return found


RESPONSES = responses()


@pytest.mark.parametrize("key", sorted(RESPONSES))
class TestEveryResponse:
    def test_has_a_form_for_the_ear(self, key: str) -> None:
        ways = {variant.get("channel") for variant in RESPONSES[key]}
        can_be_heard_as_it_is = not any(UNSPEAKABLE.search(variant["text"]) for variant in RESPONSES[key])
        assert ways == {None, "ivr"} or (ways == {None} and can_be_heard_as_it_is)

    def test_can_be_read_aloud(self, key: str) -> None:
        for variant in RESPONSES[key]:
            if variant.get("channel") == "ivr":
                words = re.sub(r"\{[a-z_]+\}", "", variant["text"])
                assert not UNSPEAKABLE.search(words), words
                assert all(len(part) <= LONGEST_SENTENCE for part in re.split("[。？！，]", words)), words

    def test_is_short_enough_to_read(self, key: str) -> None:
        assert all(len(variant["text"]) <= LONGEST_TEXT for variant in RESPONSES[key])

    def test_waits_for_something_that_can_be_gathered(self, key: str) -> None:
        for variant in RESPONSES[key]:
            waits = (variant.get("metadata") or {}).get("expects")
            assert waits in (None, "choice") or parse(waits)


def test_emergency_words_begin_with_what_to_do() -> None:
    for key, variants in RESPONSES.items():
        if key.startswith("utter_emergency_") and key.split("_")[2] not in ("filed", "kept"):
            assert not re.search("请问|麻烦|您好", variants[0]["text"]), key


def _names_in_code() -> set[str]:
    code = "\n".join(p.read_text(encoding="utf-8") for room in ("actions", "bot") for p in (ROOT / room).rglob("*.py"))
    rules = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "data").rglob("*.yml"))
    return set(re.findall(r"utter_[a-z0-9_]+", code + rules))


def test_no_response_is_missing() -> None:
    named = {name for name in _names_in_code() if not name.endswith("_")} - {
        "utter_message",
        "utter_action",
        "utter_responses",
    }
    assert named <= set(RESPONSES), named - set(RESPONSES)


def test_no_response_is_unused() -> None:
    named = _names_in_code()
    stems = tuple(name for name in named if name.endswith("_"))
    asked = {f"utter_ask_{slot}" for slot in _form_slots()}
    said = {err.says for err in vars(errors).values() if isinstance(err, type) and issubclass(err, errors.ServiceError)}
    unused = {key for key in RESPONSES if key not in named | asked | said and not key.startswith(stems)}
    assert not unused


def _form_slots() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "domain").glob("*.yml"):
        for form in (yaml.safe_load(path.read_text(encoding="utf-8")).get("forms") or {}).values():
            found.update(form["required_slots"])
    return found


def test_every_error_has_a_true_sentence() -> None:
    for err in vars(errors).values():
        if isinstance(err, type) and issubclass(err, errors.ServiceError):
            assert err.says in RESPONSES, err
