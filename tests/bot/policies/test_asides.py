"""An aside in the middle of a form, the meanings of a lone word, and the answer to an offer."""

from __future__ import annotations

import pytest

from bot.policies.asides import aside, says_no, says_yes
from bot.policies.decisions import View, next_action
from kernel.choices import meanings, ordinal


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("等一下", "action_wait"),
        ("等一下我找找", "action_wait"),
        ("好的，你等我看一下", "action_wait"),
        ("我去看看", "action_wait"),
        ("为什么要这个", "action_say_why"),
        ("要我电话干嘛", "action_say_why"),
        ("一定要说户号吗", "action_say_why"),
        ("你先说说要多久", "action_say_how_long"),
        ("多久能修好", "action_say_how_long"),
        ("和平新村3栋", None),
        ("13912342207", None),
        ("邻居有电，开关没掉", None),
        ("对", None),
    ],
)
def test_an_aside_is_heard(said: str, action: str | None) -> None:
    assert aside(said) == action


def in_form(text: str, **more: object) -> View:
    asked, task = str(more.pop("asked", "fault_address")), str(more.pop("task", "fault_report"))
    form = str(more.pop("form", "report_fault_form"))
    return View(text=text, intent="repeat", confidence=0.3, form=form, asked=asked, slots={"task": task, **more})


def test_danger_does_not_wait_for_explanations() -> None:
    view = in_form("等一下", form="emergency_form", task="fault_emergency", asked="emergency_place")
    assert next_action(view) is None


def test_a_false_alarm_leaves_the_emergency_and_takes_up_what_was_parked() -> None:
    view = in_form("看错了，是蒸汽", form="emergency_form", task="fault_emergency", asked="emergency_place")
    assert next_action(view) == "action_false_alarm"
    after = View(last_action="action_false_alarm", slots={"task_stack": [{"task": "bill_query"}]})
    assert next_action(after) == "action_resume_task"


def test_a_cry_for_help_is_an_emergency_whatever_the_intent() -> None:
    assert next_action(View(text="救命啊要出事了", intent="chitchat_other", confidence=0.3)) == "action_start_task"


class TestOffers:
    def offered(self, text: str, intent: str = "") -> str | None:
        return next_action(
            View(text=text, intent=intent, confidence=0.9, slots={"offered": {"task": "callback_request"}})
        )

    @pytest.mark.parametrize("said", ["好", "可以", "要得", "行", "有"])
    def test_are_taken(self, said: str) -> None:
        assert self.offered(said, "affirm") == "action_take_offer"

    @pytest.mark.parametrize("said", ["不用", "不可以", "先不", "唔使"])
    def test_are_declined(self, said: str) -> None:
        assert self.offered(said, "deny") == "action_decline_offer"

    def test_another_wish_is_served_instead(self) -> None:
        assert self.offered("查电费", "bill_query") is None

    def test_yes_and_no_in_words(self) -> None:
        assert says_yes("帮我登记吧", "") and not says_yes("好像不用", "")
        assert says_no("不要", "")


class TestWhichOfSeveral:
    @pytest.mark.parametrize("word", ["电费", "停电。", "发票"])
    def test_a_lone_word_is_asked_about(self, word: str) -> None:
        assert next_action(View(text=word, intent="bill_query", confidence=0.9)) == "action_ask_which"

    def test_a_near_tie_of_two_tasks_is_asked_about(self) -> None:
        view = View(text="表那个事", intent="meter_issue", confidence=0.45, runner_up=("bill_query", 0.4))
        assert next_action(view) == "action_ask_which"

    def test_what_is_clear_is_not(self) -> None:
        assert (
            next_action(View(text="查电费", intent="bill_query", confidence=0.9, runner_up=("pay_bill", 0.85))) is None
        )

    @pytest.mark.parametrize(("said", "place"), [("第一个", 0), ("后面那个", 1), ("第三个", 2), ("查停电", None)])
    def test_chosen_in_words(self, said: str, place: int | None) -> None:
        assert ordinal(said) == place

    def test_a_sentence_is_no_lone_word(self) -> None:
        assert meanings("我家停电了") == ()
