"""Two requests in one sentence: both found, the urgent one first; a story stays one request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot.nlu.conftest import Reader

SENTENCES = Path(__file__).parents[2] / "data" / "nlu_two_requests_dev.yml"


def sentences(count: int) -> list[dict[str, Any]]:
    rows = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))["sentences"]
    return [row for row in rows if len(row["intents"]) == count]


@pytest.mark.slow
class TestMany:
    def test_both_are_found_in_eight_of_ten_sentences(self, reader: Reader) -> None:
        asked = sentences(2)
        missed = [row["text"] for row in asked if not set(row["intents"]) <= set(reader.read(row["text"]).requests)]
        assert len(asked) >= 80
        assert len(missed) <= 0.2 * len(asked), missed

    def test_a_story_in_several_clauses_is_seldom_cut(self, reader: Reader) -> None:
        cut = [row["text"] for row in sentences(1) if len(reader.read(row["text"]).requests) > 1]
        assert len(cut) <= 3, cut


@pytest.mark.slow
class TestOne:
    @pytest.mark.parametrize(
        ("text", "requests"),
        [
            ("阳光里5栋灯一闪一闪，另外我上个月电费多少", ["fault_report", "bill_query"]),
            ("我上个月电费多少，另外阳光里5栋灯一闪一闪", ["fault_report", "bill_query"]),
            ("帮我查下这个月电费，还有楼下变压器着火了", ["fault_emergency", "bill_query"]),
            ("查下电费顺便报个修", ["fault_report", "bill_query"]),
            ("翠湖花园3号楼2单元402。对了，阶梯电价怎么分", ["price_policy"]),
            ("我家停电了，邻居家都有电，就我一家没有", ["fault_report"]),
        ],
    )
    def test_what_is_asked_for_the_urgent_first(self, reader: Reader, text: str, requests: list[str]) -> None:
        assert reader.read(text).requests == requests
