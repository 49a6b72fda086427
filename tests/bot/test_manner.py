"""When is it said shorter and slower?"""

from __future__ import annotations

import pytest

from bot.manner import is_elder


@pytest.mark.parametrize("said", ["你说慢一点", "我年纪大了", "我八十多岁了听不懂", "字太小看不清"])
def test_by_choice_at_once(said: str) -> None:
    assert is_elder(said, {})


@pytest.mark.parametrize("said", ["老师傅，我屋头莫得电咋个办哦", "姑娘，我老太婆家里没电"])
def test_when_signs_add_up(said: str) -> None:
    assert is_elder(said, {})


@pytest.mark.parametrize("said", ["我家没电了", "要得", "查一下电费", "电费怎么这么高", "老小区停电了吗"])
def test_one_sign_is_chance(said: str) -> None:
    assert not is_elder(said, {})


def test_a_sign_and_a_misunderstanding_are_enough() -> None:
    assert is_elder("要得", {"misses": 1})


def test_it_stays_until_asked_otherwise() -> None:
    assert is_elder("三单元", {"elder": True})
    assert not is_elder("正常说就行", {"elder": True})
