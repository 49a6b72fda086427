"""A turn to the bot, over HTTP, against the real process."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bot.runtime.conftest import RunningBot, ask

TEXTS_THAT_BREAK_THINGS = [
    "",
    "   ",
    "好" * 10_000,
    "😀👍🏽" * 50,
    "\x00\x1b[31m\u202e你好\u200b",
    "<script>alert(1)</script>",
    "'; DROP TABLE talks; --",
    "Привет مرحبا नमस्ते",
    "{slot} {0[x]} %s ${HOME}",
]


class TestAnswer:
    def test_a_greeting_is_answered_with_what_was_understood(self, bot: RunningBot, talk: str) -> None:
        answer = bot.say(talk, "你好")
        assert bot.texts(answer) == ["您好，请说。"]
        assert answer["nlu"] == {"intent": "greet", "confidence": 1.0}
        assert answer["expects"] == "free" and answer["signals"] == []

    def test_start_is_greeted(self, bot: RunningBot, talk: str) -> None:
        assert bot.texts(bot.say(talk, kind="start")) == ["您好，请说。"]

    def test_text_and_speech_come_in_one_message(self, bot: RunningBot, talk: str) -> None:
        message = bot.say(talk, "核对")["messages"][0]
        assert message == {"parts": [{"kind": "text", "text": "3号楼对吗？"}], "speech": "是三号楼吗？"}

    def test_signals_and_cards_are_no_messages_to_read(self, bot: RunningBot, talk: str) -> None:
        answer = bot.say(talk, "找人")
        assert [signal["kind"] for signal in answer["signals"]] == ["handoff"]
        assert answer["messages"][1]["parts"] == [
            {"kind": "card", "card": "order", "data": {"order_no": "GZ202611240012"}}
        ]

    def test_what_nobody_understands_gets_a_sentence_and_not_silence(self, bot: RunningBot, talk: str) -> None:
        assert "没听明白" in bot.texts(bot.say(talk, "呼啦呼啦"))[0]

    @pytest.mark.parametrize("text", TEXTS_THAT_BREAK_THINGS)
    def test_strange_input_gets_a_sentence(self, bot: RunningBot, talk: str, text: str) -> None:
        assert bot.texts(bot.say(talk, text))

    def test_a_text_with_a_leading_slash_is_no_command(self, bot: RunningBot, talk: str) -> None:
        before = bot.runs
        for text in ("/count", " ／count", "//count", "\u200b/count", '/count{"x":"y"}', "/restart"):
            answer = bot.say(talk, text)
            assert answer["nlu"]["intent"] != "count"
        assert bot.runs == before


class TestChoices:
    def test_buttons_become_choices_and_are_waited_for(self, bot: RunningBot, talk: str) -> None:
        answer = bot.say(talk, "菜单")
        offered = [{"id": "report", "label": "报修"}, {"id": "count", "label": "计数"}]
        assert answer["messages"][0]["parts"][1] == {"kind": "choices", "choices": offered}
        assert answer["expects"] == 'choice:["report","count"]'

    def test_an_offered_choice_is_taken_by_id_by_key_and_by_its_label(self, bot: RunningBot, fresh) -> None:
        for kind, value in (("choice", "count"), ("digits", "2"), ("text", "计数")):
            talk = fresh()
            bot.say(talk, "菜单")
            assert bot.texts(bot.say(talk, value, kind)) == ["第 1 次。"]

    def test_a_button_of_an_older_answer_only_puts_the_question_again(self, bot: RunningBot, talk: str) -> None:
        bot.say(talk, "菜单")
        bot.say(talk, "你好")
        before = bot.runs
        answer = bot.say(talk, "count", "choice")
        assert bot.runs == before
        assert "没听明白" in bot.texts(answer)[0]

    def test_a_key_that_was_not_offered_names_the_choices_again(self, bot: RunningBot, talk: str) -> None:
        bot.say(talk, "菜单")
        answer = bot.say(talk, "7", "digits")
        assert answer["messages"][0]["speech"] == "没有这个选项，请再按一次。一，报修，二，计数。"
        assert answer["expects"] == 'choice:["report","count"]'
        assert bot.texts(bot.say(talk, "2", "digits")) == ["第 1 次。"]


class TestDigits:
    def test_one_is_yes_and_two_is_no_where_that_was_asked(self, bot: RunningBot, talk: str) -> None:
        assert bot.say(talk, "核对")["expects"] == "yes_no"
        assert bot.texts(bot.say(talk, "1", "digits")) == ["好的。"]
        bot.say(talk, "核对")
        assert bot.texts(bot.say(talk, "2", "digits")) == ["那就不办。"]

    def test_zero_alone_asks_for_a_person(self, bot: RunningBot, talk: str) -> None:
        bot.say(talk, "核对")
        assert bot.say(talk, "0", "digits")["signals"][0]["kind"] == "handoff"


class TestOnce:
    def test_the_same_turn_key_has_the_same_answer_and_runs_nothing(self, bot: RunningBot, talk: str) -> None:
        first = bot.say(talk, "数一下", key="same")
        before = bot.runs
        assert bot.say(talk, "数一下", key="same") == first
        assert bot.runs == before

    def test_the_same_turn_asked_by_eight_at_once_runs_once(self, bot: RunningBot, talk: str) -> None:
        before = bot.runs
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: bot.say(talk, "数一下", key="race"), range(8)))
        assert bot.runs == before + 1
        assert len({json.dumps(answer) for answer in answers}) == 1

    def test_after_kill_nine_the_answer_is_still_there_and_the_talk_goes_on(self, bot: RunningBot, talk: str) -> None:
        first = bot.say(talk, "数一下", key="before")
        bot.bot.kill()
        bot.bot.start()
        assert bot.say(talk, "数一下", key="before") == first
        assert bot.texts(bot.say(talk, "数一下")) == ["第 2 次。"]


class TestActionServer:
    def test_a_broken_action_is_said_and_leaves_the_talk_as_it_was(self, bot: RunningBot, talk: str) -> None:
        bot.say(talk, "菜单")
        answer = bot.say(talk, "坏动作")
        assert "没办成" in bot.texts(answer)[0]
        assert answer["expects"] == 'choice:["report","count"]'
        assert bot.texts(bot.say(talk, "2", "digits")) == ["第 1 次。"]

    def test_an_action_that_takes_too_long_is_given_up_and_may_be_asked_again(self, bot: RunningBot, talk: str) -> None:
        status, problem = bot.turn(talk, "慢动作")
        assert status == 503 and problem["retryable"] is True

    def test_a_turn_without_action_server_may_be_asked_again_with_the_same_key(
        self, bot: RunningBot, talk: str
    ) -> None:
        bot.say(talk, "数一下")
        bot.actions.kill()
        status, problem = bot.turn(talk, "数一下", key="again")
        assert status == 503 and problem["retryable"] is True
        bot.actions.start()
        assert bot.texts(bot.say(talk, "数一下", key="again")) == ["第 2 次。"]


class TestForm:
    def test_a_form_asks_until_it_has_a_value_that_holds(self, bot: RunningBot, talk: str) -> None:
        assert bot.texts(bot.say(talk, "报修")) == ["在什么地方？"]
        assert bot.texts(bot.say(talk, "不知道哪里")) == ["这个地方没找到。", "在什么地方？"]
        assert bot.texts(bot.say(talk, "3号楼")) == ["3号楼，已登记。"]


class TestDoor:
    def test_a_wrong_token_is_refused(self, bot: RunningBot) -> None:
        status, problem = ask(bot.bot.port, "/webhooks/denghuo/turn", {}, token="wrong")
        assert status == 403 and problem["code"] == "not_allowed"

    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            {"conversation_id": "c", "turn_key": "k", "input": {"kind": "shout", "value": "x"}},
            {"conversation_id": "", "turn_key": "k", "input": {"kind": "text", "value": "x"}},
            {"conversation_id": "c", "turn_key": "k" * 500, "input": {"kind": "text", "value": "x"}},
            {"conversation_id": "c", "turn_key": "k", "input": {"kind": "text", "value": 7}},
        ],
    )
    def test_what_is_no_turn_is_refused(self, bot: RunningBot, body: object) -> None:
        status, problem = ask(bot.bot.port, "/webhooks/denghuo/turn", body)
        assert status == 422 and problem["code"] == "malformed"

    def test_rasas_own_api_is_on(self, bot: RunningBot) -> None:
        assert ask(bot.bot.port, "/version")[1]["version"] == "3.6.21"
        status, parsed = ask(bot.bot.port, "/model/parse", {"text": "你好"})
        assert status == 200 and parsed["intent"]["name"] == "greet"

    def test_it_ends_when_asked_to(self, bot: RunningBot) -> None:
        assert bot.bot.stop() == 0
        bot.bot.start()
