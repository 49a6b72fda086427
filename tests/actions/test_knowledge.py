"""What is said out of the knowledge, what is offered with it, and what becomes of a question nobody can answer."""

from __future__ import annotations

import importlib
from datetime import datetime

import pytest

from kernel import clock

stage = importlib.import_module("tests.actions.stage")


@pytest.fixture(autouse=True)
def held_clock():
    with clock.hold(datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)):
        yield


async def test_an_answer_names_its_basis_and_day_and_offers_the_next_step():
    with stage.systems():
        told = await stage.Stage().run("action_answer_knowledge", "阶梯电价怎么分档", intent="price_policy")
    assert told.said == ["utter_knowledge", "utter_offer_tier"]
    assert "2400" in told.values["answer"]
    assert (told.values["basis"], told.values["days"]) == ("本公司公布的规定", "，2026年7月1日起执行")
    assert [button["title"] for button in told.values["buttons"]] == ["要", "有用", "没用"]
    assert told.slots["offered"]["task"] == "bill_query"


async def test_on_the_telephone_nobody_is_asked_to_rate():
    with stage.systems():
        told = await stage.Stage(channel="phone").run("action_answer_knowledge", "阶梯电价怎么分档")
    assert not told.values.get("buttons")
    assert not any(c.isascii() and c.isalnum() for c in told.values["answer_spoken"])


async def test_in_a_task_the_answer_is_short_and_the_task_goes_on():
    with stage.systems():
        talk = stage.Stage(slots={"task": "fault_report"})
        told = await talk.run("action_answer_knowledge", "阶梯电价怎么分档", form="report_fault_form")
    assert told.said == ["utter_knowledge", "utter_back_to_task"]
    assert "offered" not in told.slots


async def test_a_useful_answer_is_marked_once_a_turn():
    with stage.systems() as made:
        talk = stage.Stage()
        await talk.run("action_answer_knowledge", "阶梯电价怎么分档")
        for _ in range(3):
            talk.slots["knowledge_said"] = "tier-001"
            told = await talk.run("action_rate_answer", "没用")
        due = await made.knowledge.due_for_review(within_days=0)
    assert told.said == ["utter_rated_useless"]
    assert [(one.id, one.useless) for one in due if "unhelpful" in one.reasons] == [("tier-001", 3)]


async def test_what_nobody_knows_is_kept_without_the_number_in_it():
    with stage.systems() as made:
        told = await stage.Stage().run(
            "action_answer_knowledge", "13812345678这个号是天蝎座的吗", intent="price_policy"
        )
        kept = await made.knowledge.unanswered()
    assert told.said == ["utter_knowledge_unsure"]
    assert told.slots["offered"]["task"] == "callback_request"
    assert "13812345678" not in kept[0].question
    assert "天蝎座" in kept[0].question


async def test_what_was_asked_back_is_answered_by_its_place():
    with stage.systems():
        talk = stage.Stage(slots={"knowledge_choices": ["阶梯电价怎么分档", "什么是峰谷电"]})
        told = await talk.run("action_answer_knowledge", "第二个")
    assert "谷" in told.values["answer"]


async def test_words_taken_for_nothing_are_answered_when_the_knowledge_is_sure():
    with stage.systems():
        told = await stage.Stage().run("action_not_understood", "阶梯电价怎么分档", intent="nlu_fallback")
        lost = await stage.Stage().run("action_not_understood", "今天月亮圆不圆", intent="nlu_fallback")
    assert told.said[0] == "utter_knowledge"
    assert lost.said == ["utter_fallback_first"]


@pytest.mark.row("S95")
async def test_where_to_turn_after_a_complaint_is_told_with_the_regulators_number():
    with stage.systems():
        told = await stage.Stage().run("action_answer_knowledge", "投诉完不满意怎么办")
    assert "12398" in told.values["answer"]
