"""What a turn brings, cleaned."""

from __future__ import annotations

import pytest

from bot.channel.incoming import ChoiceNotOffered, TurnIn, cleaned, heard
from bot.privacy import masked_text

OFFERED = [
    {"id": "report", "label": "报修", "payload": "/fault_report"},
    {"id": "bill", "label": "查电费", "payload": "/bill_query"},
]
CHOICE = 'choice:["report","bill"]'


def turn(kind: str, value: str = "") -> TurnIn:
    return TurnIn("c", "k", "web", kind, value)


class TestCleaned:
    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("  我家\n没电了\t ", "我家 没电了"),
            ("/restart", "restart"),
            ("\u200b/／\\ /greet", "greet"),
            ("a\x00b\x1bc\u202ed\ufeff", "abcd"),
            ("\ud800", ""),
            ("　全角空格　", "全角空格"),
            ("😀", "😀"),
            ("///", ""),
        ],
    )
    def test_what_is_left(self, text: str, kept: str) -> None:
        assert cleaned(text) == kept

    def test_ten_thousand_characters_are_cut(self) -> None:
        assert cleaned("好" * 10_000) == "好" * 500


class TestHeard:
    def test_a_stranger_payload_cannot_be_pressed(self) -> None:
        for kind, value in (("choice", "/restart"), ("choice", "pay"), ("digits", "3"), ("digits", "")):
            with pytest.raises(ChoiceNotOffered):
                heard(turn(kind, value), OFFERED, CHOICE, [])

    def test_keys_mean_what_was_waited_for(self) -> None:
        assert heard(turn("digits", "2"), OFFERED, CHOICE, []) == "/bill_query"
        assert heard(turn("digits", "1"), [], "yes_no", []) == "/affirm"
        assert heard(turn("digits", "1"), [], "free", []) == "1"
        assert heard(turn("digits", "3100102346#"), [], "digits:10", []) == "3100102346"
        assert heard(turn("digits", "０"), [], "digits:10", []) == "/ask_human"

    def test_turns_without_words_become_the_intent_the_domain_knows(self) -> None:
        assert heard(turn("silence"), [], "free", ["repeat"]) == "/repeat"
        assert heard(turn("silence"), [], "free", ["repeat", "silence"]) == "/silence"
        assert heard(turn("resume"), [], "free", []) == ""


class TestPrivacy:
    @pytest.mark.parametrize(
        ("text", "stored"),
        [
            ("幺三八 幺二三四 五六七八", "[digits]"),
            ("户号 310-0102-346 吧", "户号 [digits] 吧"),
            ("３１００１０２３４６", "[digits]"),
            ("3单元402室两个灯不亮", "3单元402室两个灯不亮"),
            ("上个月98.58", "上个月98.58"),
        ],
    )
    def test_runs_of_digits_become_a_marker(self, text: str, stored: str) -> None:
        assert masked_text(text, []) == stored
