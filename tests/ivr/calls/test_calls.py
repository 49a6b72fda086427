"""What a caller hears: greeting, ladders, keys, a person, and what a webhook sent twice does."""

from __future__ import annotations

import asyncio
import importlib

import pytest

from ivr.simulator.wire import build
from kernel.errors import Unavailable

twilio = importlib.import_module("tests.fakes.twilio")
support = importlib.import_module("tests.ivr.calls.conftest")
says, HANDOFF, AGENT = support.says, support.HANDOFF, support.AGENT


async def said_within(call, words: str, rounds: int = 12) -> None:
    """Stay on the line until these words come (each round is one silent wait)."""
    for _ in range(rounds):
        if any(words in h for h in call.heard):
            return
        await call.silence()
    raise AssertionError(f"never heard {words}: {call.heard}")


class TestGreeting:
    @pytest.mark.row("S19")
    async def test_the_line_greets_and_listens_for_words_and_keys(self, exchange):
        call = await exchange.ring()
        assert call.waiting_for == "gather" and "智能客服小电" in call.heard[0]
        twilio.voice_is_clean(call.transcript)

    async def test_an_outage_where_the_caller_lives_is_told_first(self, exchange):
        call = await exchange.ring("+8613900000007")
        assert "阳光新城正在停电" in call.heard[0] and "预计" in call.heard[0]
        exchange.bot.script["阳光新城停电了，什么时候来电"] = says("预计 16:30 来电。")
        await call.keys("1")
        assert call.heard[-1] == "say:预计下午四点半来电。"
        twilio.voice_is_clean(call.transcript)

    async def test_a_withheld_number_is_greeted_too(self, exchange):
        call = await exchange.ring("anonymous")
        assert call.waiting_for == "gather"

    async def test_two_calls_of_one_number_are_two_talks(self, exchange):
        first, second = await exchange.ring(), await exchange.ring()
        await first.say("家里没电了")
        await second.say("查电费")
        assert len({t["conversation_id"] for t in exchange.bot.turns}) == 2
        assert await exchange.count("ivr.calls") == 2


class TestWordsAndKeys:
    async def test_words_reach_the_bot_and_its_answer_is_said(self, exchange):
        exchange.bot.script["查电费"] = says("请发 10 位户号", "digits:10", speech="请说出十位户号。")
        call = await exchange.ring()
        await call.say("查电费")
        assert call.heard[-1] == "say:请说出十位户号。"
        await call.keys("3100102346#")
        assert exchange.bot.heard[-1] == ("digits", "3100102346")
        twilio.voice_is_clean(call.transcript)

    async def test_text_without_speech_is_made_speakable(self, exchange):
        exchange.bot.script["查电费"] = says("10月电费 98.58 元，单号 GZ202611240012，详见 https://x.cn/a")
        call = await exchange.ring()
        await call.say("查电费")
        assert any("九十八元五角八分" in h for h in call.heard)
        twilio.voice_is_clean(call.transcript)

    async def test_what_was_barely_heard_is_read_back(self, exchange):
        call = await exchange.ring()
        await call.say("菊花园二号楼", confidence=0.41)
        assert "我听到的是，菊花园二号楼，对吗" in call.heard[-1] and exchange.bot.turns == []
        await call.say("不对，翠湖花园二号楼")
        assert exchange.bot.heard == [("text", "翠湖花园二号楼")]

    async def test_danger_is_never_asked_back(self, exchange):
        call = await exchange.ring()
        await call.say("电线掉地上了", confidence=0.3)
        assert exchange.bot.heard == [("text", "电线掉地上了")]

    async def test_a_missing_confidence_is_no_obstacle(self, exchange):
        call = await exchange.ring()
        await call.say("查电费", confidence=None)
        assert exchange.bot.heard == [("text", "查电费")]

    async def test_choices_are_named_with_their_keys(self, exchange):
        answer = says("是哪一种？", 'choice:["a","b"]')
        answer["messages"][0]["parts"].append(
            {"kind": "choices", "choices": [{"id": "a", "label": "全家没电"}, {"id": "b", "label": "一部分没电"}]}
        )
        exchange.bot.script["没电"] = answer
        call = await exchange.ring()
        await call.say("没电")
        assert "全家没电请按一，一部分没电请按二" in call.heard[-1]
        await call.keys("7")
        assert exchange.bot.heard[-1] == ("text", "没电")
        await call.keys("2")
        assert exchange.bot.heard[-1] == ("digits", "2")

    async def test_the_star_says_it_again(self, exchange):
        call = await exchange.ring()
        before = call.heard[-1]
        await call.keys("*")
        assert call.heard[-1] == before and exchange.bot.turns == []


class TestSilence:
    async def test_three_silences_end_the_call_with_a_farewell(self, exchange):
        call = await exchange.ring()
        heard = [(await call.silence()).heard[-1] for _ in range(2)]
        assert "您还在吗" in heard[0] and "报修按一" in heard[1]
        await call.silence()
        assert call.waiting_for == "ended" and "先挂断了" in call.heard[-1]

    async def test_after_two_silences_keys_do_it(self, exchange):
        call = await exchange.ring()
        await call.silence()
        await call.say("")
        await call.keys("1")
        assert exchange.bot.heard[-1] == ("digits", "1")

    async def test_a_key_pressed_at_the_greeting_does_it_too(self, exchange):
        call = await exchange.ring()
        await call.keys("1")
        assert exchange.bot.heard == [("text", "我要报修")]

    async def test_one_says_the_bill_again(self, exchange):
        exchange.bot.script["查电费"] = says("十月电费九十八元五角八分。")
        call = await exchange.ring()
        await call.say("查电费")
        await call.keys("1")
        assert call.heard[-2:] == ["say:十月电费九十八元五角八分。"] * 2 and len(exchange.bot.turns) == 1

    async def test_an_account_number_may_be_keyed_where_words_are_asked_for(self, exchange):
        call = await exchange.ring()
        await call.say("家里没电了")
        await call.keys("3100102346#")
        assert exchange.bot.heard[-1] == ("digits", "3100102346")

    async def test_twice_not_understood_gives_the_keys(self, exchange):
        call = await exchange.ring()
        await call.say("嗯嗯啊啊", confidence=0.05)
        assert "没听清" in call.heard[-1]
        await call.say("啊啊嗯嗯", confidence=0.05)
        assert "人工按零" in call.heard[-1]


class TestAPerson:
    @pytest.mark.row("S42")
    async def test_zero_asks_for_a_person_who_talks_and_gives_back(self, exchange):
        exchange.bot.script["0"] = says("马上转，您说过的内容会带过去。", "free", HANDOFF)
        exchange.bot.script["resume"] = says("这件事坐席办好了，还有别的事吗？")
        call = await exchange.ring()
        await call.keys("0")
        conversation = await exchange.conversation()
        assert any("马上转" in h for h in call.heard)
        await said_within(call, "不想等请按二")
        await exchange.talks.take(conversation, AGENT)
        await exchange.talks.answer(conversation, AGENT, "您好，抢修车 10 分钟到。")
        await said_within(call, "抢修车十分钟到")
        await call.say("好的，谢谢")
        last = (await exchange.talks.messages_after(conversation, 0)).messages[-1]
        assert (last.author, last.text) == ("customer", "好的，谢谢")
        await exchange.talks.give_back(conversation, AGENT, {"note": "已安抚"})
        await said_within(call, "还有别的事吗")
        await call.say("查电费")
        assert exchange.bot.heard[-1] == ("text", "查电费")
        twilio.voice_is_clean(call.transcript)

    async def test_who_will_not_wait_is_back_with_the_bot(self, exchange):
        exchange.bot.script["0"] = says("马上转。", "free", HANDOFF)
        call = await exchange.ring()
        await call.keys("0")
        await call.keys("2")
        assert "我接着帮您" in call.heard[-1]
        await call.say("查电费")
        assert exchange.bot.heard[-1] == ("text", "查电费")

    async def test_hanging_up_in_the_queue_leaves_the_talk_to_be_called_back(self, exchange):
        exchange.bot.script["0"] = says("马上转。", "free", HANDOFF)
        call = await exchange.ring()
        await call.keys("0")
        await call.hangup()
        assert [w.channel for w in await exchange.talks.waiting()] == ["phone"]

    async def test_hanging_up_on_the_bot_closes_the_talk(self, exchange):
        call = await exchange.ring()
        await call.hangup()
        after = await exchange.talks.messages_after(await exchange.conversation(), 0)
        assert str(after.owner) == "closed"


class TestTwiceTheSame:
    async def _post(self, exchange, call, path: str, form: dict[str, str], once: str = "a"):
        params = call.leg.parameters(list(form.items()))
        request = build(call.leg.account, "POST", twilio.PUBLIC_URL + path, params, once)
        return await exchange.transport.send(request)

    async def test_a_retried_webhook_gets_the_same_document_and_nothing_happens_twice(self, exchange):
        call = await exchange.ring()
        first = await self._post(exchange, call, "/ivr/turn/1", {"SpeechResult": "查电费"})
        second = await self._post(exchange, call, "/ivr/turn/1", {"SpeechResult": "查电费"})
        replay = await self._post(exchange, call, "/ivr/turn/1", {"Digits": "0"}, once="b")
        assert first.body == second.body == replay.body and first.status == 200
        assert exchange.bot.heard == [("text", "查电费")]

    async def test_two_deliveries_at_once_are_one(self, exchange):
        call = await exchange.ring()
        both = [self._post(exchange, call, "/ivr/turn/1", {"SpeechResult": "查电费"}) for _ in range(4)]
        answers = await asyncio.gather(*both)
        assert len({a.body for a in answers}) == 1 and len(exchange.bot.turns) == 1

    async def test_the_first_webhook_twice_opens_one_call(self, exchange):
        call = await exchange.ring()
        again = await self._post(exchange, call, "/ivr/voice", {})
        assert "智能客服小电" in again.body.decode() and await exchange.count("ivr.calls") == 1

    async def test_a_step_that_was_never_handed_out_changes_nothing(self, exchange):
        call = await exchange.ring()
        answer = await self._post(exchange, call, "/ivr/turn/9", {"SpeechResult": "查电费"})
        assert answer.status == 200 and exchange.bot.turns == []


class TestBadInput:
    @pytest.mark.row("S12")
    async def test_a_wrong_signature_is_refused_and_leaves_no_trace(self, exchange):
        call = await exchange.ring(token="w" * 32)
        assert call.heard == ["error-announcement"] and call.debugger[0].code == 11200
        assert await exchange.count("ivr.calls") == 0 and await exchange.count("conversations.conversations") == 0
        for route in ("/ivr/turn/1", "/ivr/silence/1", "/ivr/poll/1", "/ivr/status"):
            request = build(call.leg.account, "POST", twilio.PUBLIC_URL + route, call.leg.parameters(), "t")
            assert (await exchange.transport.send(request)).status == 403
            bare = type(request)(request.method, request.url, {}, request.body)
            assert (await exchange.transport.send(bare)).status == 403

    async def test_markup_in_words_stays_words(self, exchange):
        call = await exchange.ring()
        await call.say("</Say><Hangup/> & '; DROP TABLE")
        assert call.waiting_for == "gather"
        await call.say("<b>菊花</b>", confidence=0.4)
        twilio.voice_is_clean(call.transcript)

    async def test_ten_thousand_characters_are_cut_and_answered(self, exchange):
        call = await exchange.ring()
        await call.say("停电" * 5000)
        assert call.waiting_for == "gather" and len(exchange.bot.heard[-1][1]) <= 500

    async def test_when_the_bot_is_off_a_true_sentence_is_said(self, exchange):
        exchange.bot.broken = Unavailable("off")
        call = await exchange.ring()
        await call.say("查电费")
        for _ in range(4):
            if any("系统" in h or "人工" in h for h in call.heard[1:]):
                break
            await call.silence()
        assert any("系统" in h or "人工" in h for h in call.heard[1:]), call.heard
        twilio.voice_is_clean(call.transcript)


async def test_a_backend_that_is_off_costs_only_the_area_notice(empty_database):
    from kit import migrate

    class Off:
        async def area_hint(self, phone: str):
            raise Unavailable("off")

    migrate.up(empty_database, "jobs", "conversations", "ivr")
    async with support.opened_exchange(empty_database, billing=Off()) as exchange:
        call = await exchange.ring("+8613900000007")
        assert "智能客服小电" in call.heard[0]


async def test_the_tables_go_up_and_down(empty_database):
    from kit import migrate

    migrate.up(empty_database, "ivr")
    migrate.down(empty_database, "ivr")
    migrate.up(empty_database, "ivr")
