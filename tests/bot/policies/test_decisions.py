"""What interrupts a form, and what does not."""

from __future__ import annotations

import pytest

from bot.policies.decisions import View, next_action
from bot.policies.tables import END_OF, FORM_OF

FAULT = {"task": "fault_report"}


def in_fault_form(text: str, intent: str, confidence: float = 0.95, **more: object) -> View:
    asked = str(more.pop("asked", "fault_contact_phone"))
    return View(
        text=text,
        intent=intent,
        confidence=confidence,
        form="report_fault_form",
        asked=asked,
        slots=more.pop("slots", FAULT),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


class TestInAForm:
    def test_danger_interrupts_whatever_is_asked(self) -> None:
        assert next_action(in_fault_form("电线掉地上了", "fault_emergency")) == "action_start_task"

    def test_no_smell_of_burning_is_not_danger(self) -> None:
        assert next_action(in_fault_form("整栋都闪，没焦味", "fault_emergency", asked="fault_scope")) is None

    def test_an_unlikely_guess_of_danger_without_a_word_of_it_is_an_answer(self) -> None:
        view = in_fault_form("推上去了，有电了", "fault_emergency", 0.6, asked="fault_breaker_retry")
        assert next_action(view) is None

    def test_a_question_of_policy_is_answered_first(self) -> None:
        assert next_action(in_fault_form("阶梯电价怎么分", "price_policy")) == "action_answer_knowledge"

    def test_another_task_parks_this_one(self) -> None:
        assert next_action(in_fault_form("帮我查上个月电费", "bill_query")) == "action_start_task"

    def test_a_phone_number_is_an_answer_whatever_the_intent(self) -> None:
        assert next_action(in_fault_form("13912342207", "bill_query")) is None

    @pytest.mark.parametrize(("text", "action"), [("算了不办了", "action_ask_cancel"), ("有个小的掉下来了", None)])
    def test_giving_up_needs_words_that_say_so(self, text: str, action: str | None) -> None:
        assert next_action(in_fault_form(text, "cancel", asked="fault_breaker")) == action

    def test_a_story_is_not_interrupted_by_what_it_tells(self) -> None:
        view = View(
            text="昨天报修到现在没人来",
            intent="ticket_urge",
            confidence=0.99,
            form="request_form",
            asked="request_what",
            slots={"task": "complaint"},
        )
        assert next_action(view) is None

    def test_a_person_is_asked_for_in_a_story_too(self) -> None:
        view = View(
            text="转人工", intent="ask_human", confidence=0.9, form="request_form", asked="request_what", slots=FAULT
        )
        assert next_action(view) == "action_hand_over"

    def test_an_answer_with_a_question_in_one_sentence(self) -> None:
        clauses = [
            {"text": "翠湖花园3号楼", "intent": "fault_report", "confidence": 0.6},
            {"text": "阶梯电价怎么分", "intent": "price_policy", "confidence": 0.97},
        ]
        text = "翠湖花园3号楼。对了，阶梯电价怎么分"
        view = in_fault_form(text, "fault_report", asked="fault_address", clauses=clauses)
        assert next_action(view) == "action_answer_knowledge"

    def test_a_code_that_did_not_come_is_not_a_wish_to_hear_again(self) -> None:
        view = View(
            text="没收到，重发一下",
            intent="repeat",
            confidence=0.99,
            form="identity_form",
            asked="identity_code",
            slots={"task": "bill_query"},
        )
        assert next_action(view) is None

    def test_pictures_alone_are_no_answer_and_no_wish(self) -> None:
        assert next_action(in_fault_form("😀😀", "cancel")) is None


class TestCancelling:
    @pytest.mark.parametrize(
        ("text", "intent", "action"),
        [
            ("是", "affirm", "action_cancel_task"),
            ("不取消了，继续", "cancel", "action_keep_task"),
            ("不用", "deny", "action_keep_task"),
        ],
    )
    def test_the_answer_to_whether_to_cancel(self, text: str, intent: str, action: str) -> None:
        view = in_fault_form(text, intent, slots={"task": "fault_report", "pending": "cancel"})
        assert next_action(view) == action


class TestOutsideAForm:
    def test_a_sentence_nobody_understands(self) -> None:
        assert next_action(View(text="嘎嘎呜啦", intent="greet", confidence=0.2)) == "action_not_understood"

    def test_what_is_clear_is_left_to_the_rules(self) -> None:
        assert next_action(View(text="查电费", intent="bill_query", confidence=0.9)) is None

    @pytest.mark.parametrize(
        ("kind", "action"),
        [("start", "utter_welcome"), ("silence", "action_silence"), ("resume", "action_back_from_agent")],
    )
    def test_turns_without_words(self, kind: str, action: str) -> None:
        assert next_action(View(kind=kind, text="/greet", intent="greet", confidence=1.0)) == action


class TestAfterAnAction:
    @pytest.mark.parametrize("task", sorted(FORM_OF))
    def test_every_task_has_a_form_and_an_end(self, task: str) -> None:
        slots = {"task": task}
        assert next_action(View(last_action="action_start_task", slots=slots)) == FORM_OF[task]
        assert next_action(View(last_action=FORM_OF[task], slots=slots)) == END_OF[task]

    def test_what_was_parked_goes_on_when_a_task_ends(self) -> None:
        view = View(last_action="action_tell_bill", slots={"task_stack": [{"task": "fault_report"}]})
        assert next_action(view) == "action_resume_task"

    def test_nothing_goes_on_by_itself_after_an_emergency(self) -> None:
        view = View(last_action="action_file_emergency", slots={"task_stack": [{"task": "bill_query"}]})
        assert next_action(view) == "action_listen"

    def test_a_failed_form_leads_to_a_person_before_anything_else(self) -> None:
        view = View(last_action="identity_form", slots={"task": "bill_query", "wants_person": {"reason": "x"}})
        assert next_action(view) == "action_hand_over"
