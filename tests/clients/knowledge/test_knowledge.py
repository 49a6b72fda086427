"""Answers come from entries in force, and only when one stands clear."""

from __future__ import annotations

from datetime import date

import pytest

from clients.knowledge.memory import decision_of, packaged_knowledge

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("阶梯电价怎么分", "tier-001"),
        ("营业厅几点关门", "hall-002"),
        ("怎么省电", "saving-001"),
        ("电费怎么过户", "transfer-001"),
    ],
)
async def test_a_question_in_other_words_finds_its_entry(question: str, entry: str) -> None:
    found = await packaged_knowledge().search(question, on=DAY)
    assert (found.decision, found.results[0].id) == ("answer", entry)


@pytest.mark.parametrize("entry", ["tier-002", "policy-002", "hall-003"])
async def test_what_has_expired_is_never_said(entry: str) -> None:
    known = {one.answer.id: one for one in packaged_knowledge()._entries}
    for words in known[entry].wordings:
        found = await packaged_knowledge().search(words, limit=10, on=DAY)
        assert entry not in [result.id for result in found.results]


async def test_the_last_day_still_counts() -> None:
    found = await packaged_knowledge().search("调价前的居民阶梯单价（旧）", on=date(2026, 6, 30))
    assert found.results[0].id == "tier-002"


async def test_nonsense_is_not_answered() -> None:
    assert (await packaged_knowledge().search("讲个笑话", on=DAY)).decision == "unsure"
    assert (await packaged_knowledge().search("", on=DAY)).decision == "unsure"


@pytest.mark.parametrize(
    ("scores", "decision"),
    [([], "unsure"), ([0.3], "unsure"), ([0.6, 0.55], "ask"), ([0.6, 0.3], "answer"), ([0.9, 0.88], "answer")],
)
def test_the_margin(scores: list[float], decision: str) -> None:
    assert decision_of(scores) == decision
