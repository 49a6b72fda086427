"""Everything the bot can say has a form for the ear: no signs a voice stumbles over, short sentences, one breath.

Etiquette 1.3, 10, 13, 15: all responses of `domain/` and every entry of the knowledge, so that neither can rot.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SENTENCE = 25  # signs without variables (etiquette 1.3)
LONGEST_BREATH = 70
MOST_SENTENCES = 5  # three and the question; a menu has a key a sentence
LONGEST_FOR_THE_OLD = 15  # etiquette 15
UNSPEAKABLE = re.compile(r"[A-Za-z0-9*#＊%￥°@【】\[\]()（）/:<>“”…—\-]")
_VARIABLE = re.compile(r"\{[a-z_0-9]+\}")


def responses() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "domain").glob("*.yml")):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {})
    return found


RESPONSES = responses()


def sentences(text: str) -> list[str]:
    """Cut at full stops, and between the keys of a menu (报修按一，电费按二)."""
    return [part for part in re.split(r"[。？！；]|(?<=按[零一二三四五六七八九])，", _VARIABLE.sub("", text)) if part]


def is_for_the_old(variant: dict[str, Any]) -> bool:
    return any(rule["name"] == "elder" for rule in variant.get("condition") or ())


def spoken_variants(key: str) -> list[dict[str, Any]]:
    """What is heard: the variants for the phone, or the text itself where it can be read aloud as it is."""
    return [variant for variant in RESPONSES[key] if variant.get("channel") == "ivr"] or RESPONSES[key]


@pytest.mark.row("S130")
@pytest.mark.parametrize("key", sorted(RESPONSES))
class TestEveryResponse:
    def test_holds_no_sign_a_voice_stumbles_over(self, key: str) -> None:
        for variant in spoken_variants(key):
            words = _VARIABLE.sub("", variant["text"])
            assert not UNSPEAKABLE.search(words), words

    def test_is_said_in_short_sentences_and_one_breath(self, key: str) -> None:
        for variant in spoken_variants(key):
            said = sentences(variant["text"])
            assert all(len(one) <= LONGEST_SENTENCE for one in said), said
            assert sum(map(len, said)) <= LONGEST_BREATH and len(said) <= MOST_SENTENCES, said

    def test_is_shorter_for_the_old(self, key: str) -> None:
        for variant in filter(is_for_the_old, RESPONSES[key]):
            assert all(len(one) <= LONGEST_FOR_THE_OLD for one in sentences(variant["text"])), variant["text"]

    def test_asks_for_the_third_time_in_other_words(self, key: str) -> None:
        for ear in (True, False):
            ladder = [
                variant["text"]
                for variant in RESPONSES[key]
                if (variant.get("channel") == "ivr") is ear and not is_for_the_old(variant)
            ]
            assert len(ladder) == len(set(ladder)) or "how_long" in key, ladder


def entries() -> list[dict[str, Any]]:
    lines = (ROOT / "data" / "knowledge" / "knowledge.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["id"])
def test_every_entry_of_the_knowledge_can_be_read_aloud(entry: dict[str, Any]) -> None:
    said = entry["answer_voice"]
    assert said and not UNSPEAKABLE.search(said), said
    assert all(len(clause) <= LONGEST_SENTENCE for clause in re.split(r"[。？！；，：]", said)), said
    assert len(said) <= LONGEST_BREATH + len(sentences(said)), said
