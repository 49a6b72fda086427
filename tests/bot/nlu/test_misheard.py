"""What a recogniser hears for a word of the trade is taken for it, and no other word is."""

from __future__ import annotations

import pytest

from bot.nlu.phonetics import as_meant, misheard
from bot.nlu.words import words


def meant(text: str) -> str:
    return as_meant(text, misheard(text, words(text)))


class TestMisheard:
    @pytest.mark.parametrize(
        ("heard", "said"),
        [
            ("互号是多少", "户号是多少"),
            ("我要抱修", "我要报修"),
            ("空凯跳了", "空开跳了"),
            ("电废多少", "电费多少"),
            ("国户怎么办", "过户怎么办"),
            ("抢休电话", "抢修电话"),
            ("账丹发我", "账单发我"),
            ("围约金怎么算", "违约金怎么算"),
        ],
    )
    def test_a_word_of_the_trade_is_found_by_its_sound(self, heard: str, said: str) -> None:
        assert meant(heard) == said

    @pytest.mark.parametrize(
        "text", ["聊天", "报酬多少", "家里电箱坏了", "保修几年", "这张单子", "好的谢谢", "我要电费"]
    )
    def test_other_words_stay_as_they_are(self, text: str) -> None:
        assert meant(text) == text
