"""Which half day suits: what is offered, and what a customer's words choose."""

from __future__ import annotations

from datetime import datetime

import pytest

from actions.orders import asks, visits
from kernel import clock

NOW = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)


@pytest.mark.parametrize(
    ("words", "slot"),
    [
        ("26号上午", "11月26日上午"),
        ("第二个", "11月26日下午"),
        ("上午吧", "11月26日上午"),
        ("周五下午", "11月27日下午"),
        ("周二上午", "12月1日上午"),
        ("下周一", "11月30日上午"),
        ("星期六上午十点", "11月28日 10:00"),
        ("明天下午两点半", "11月25日 14:30"),
    ],
)
def test_what_was_said_is_the_half_day_meant(words: str, slot: str) -> None:
    with clock.hold(NOW):
        chosen = visits.chosen(words, visits.offered())
    assert chosen is not None and visits.shown(chosen) == slot


def test_the_day_stands_when_only_the_half_is_changed() -> None:
    with clock.hold(NOW):
        before = {"day": "2026-11-27", "half": "am"}
        assert visits.chosen("改成下午", visits.offered(), before) == {"day": "2026-11-27", "half": "pm"}


def test_words_without_a_day_choose_nothing() -> None:
    with clock.hold(NOW):
        assert visits.chosen("我卖早餐", visits.offered()) is None


@pytest.mark.parametrize(("day", "problem"), [("2026-11-23", "past"), ("2027-02-01", "far"), ("2026-11-26", None)])
def test_a_day_nobody_can_come_is_refused(day: str, problem: str | None) -> None:
    with clock.hold(NOW):
        assert visits.problem({"day": day, "half": "am"}) == problem


@pytest.mark.parametrize(
    ("at", "quiet"), [("11月24日 22:30", True), ("11月25日 07:00", True), ("11月25日 10:00", False)]
)
def test_nobody_is_called_at_night(at: str, quiet: bool) -> None:
    assert asks.is_quiet(at) is quiet
