"""A bot that is slow or away, workers that die, and the fence between them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from clients.bot.memory import MemoryBot, echo, say
from gateway.conversations import repository, turns
from gateway.conversations.errors import LeaseLost
from gateway.conversations.mailbox import Mailbox
from gateway.conversations.schemas import Inbound, OpenConversation
from gateway.conversations.service import Conversations
from gateway.conversations.states import Owner
from kernel.errors import Malformed, Unavailable
from tests.gateway.conftest import QUICK

SILENT = OpenConversation("web", start=False)


async def _wait_done(talks: Conversations, talk: str, seq: int):
    turn = await talks.wait_turn(talk, seq, 10)
    assert turn.done
    return turn


class TestBotAway:
    async def test_a_message_waits_for_the_bot_to_come_back_and_is_answered_once(self, core) -> None:
        is_up = asyncio.Event()

        def script(request):
            if not is_up.is_set():
                raise Unavailable("off")
            return echo(request)

        talks = await core(MemoryBot(script))
        talk = (await talks.open(SILENT)).conversation_id
        seq = (await talks.accept(Inbound(talk, "k", "text", "家里没电了"))).seq
        told = await talks.wait_turn(talk, seq, 0.1)
        assert not told.done
        while not (told := await talks.wait_turn(talk, seq, 0.1)).messages:
            assert not told.done
        assert "已经记下" in told.messages[0].text
        is_up.set()
        turn = await _wait_done(talks, talk, seq)
        assert [m.text for m in turn.messages[1:]] == ["收到：家里没电了"]
        assert turn.messages[0] == told.messages[0], "the sentence about the delay is said once"

    async def test_after_long_without_the_bot_a_person_takes_over(self, core) -> None:
        def off(_):
            raise Unavailable("off")

        talks = await core(MemoryBot(off), replace(QUICK, turn_s=0.1, give_up_s=0.6))
        talk = (await talks.open(SILENT)).conversation_id
        seq = (await talks.accept(Inbound(talk, "k", "text", "在吗"))).seq
        turn = await _wait_done(talks, talk, seq)
        assert turn.owner == Owner.QUEUED
        assert any("请人工" in m.text for m in turn.messages)

    async def test_a_slow_answer_is_announced_once_and_still_comes(self, core) -> None:
        may_answer = asyncio.Event()

        async def script(request):
            await may_answer.wait()
            return echo(request)

        bot = MemoryBot(script)
        talks = await core(bot)
        talk = (await talks.open(SILENT)).conversation_id
        seq = (await talks.accept(Inbound(talk, "k", "text", "查电费"))).seq
        while not (turn := await talks.wait_turn(talk, seq, 0.2)).messages:
            pass
        assert "还在办" in turn.messages[0].text and not turn.done
        may_answer.set()
        turn = await _wait_done(talks, talk, seq)
        assert [m.author for m in turn.messages] == ["system", "bot"]
        assert len(bot.ran) == 1

    async def test_an_input_the_bot_refuses_gets_a_sentence_and_is_not_tried_again(self, core) -> None:
        def refuse(_):
            raise Malformed("no")

        bot = MemoryBot(refuse)
        talks = await core(bot)
        talk = (await talks.open(SILENT)).conversation_id
        turn = await _wait_done(talks, talk, (await talks.accept(Inbound(talk, "k", "text", "？"))).seq)
        assert "没看懂" in turn.messages[0].text
        assert len(bot.asked) == 1


class TestWorkerDies:
    async def test_what_a_dead_worker_had_accepted_is_answered_by_another_process(self, core, db) -> None:
        bot = MemoryBot()
        talks = await core(bot)
        talk = (await talks.open(SILENT)).conversation_id
        async with db.transaction() as session:  # a process that took the lease and was killed
            dead_fence = await repository.take_lease(session, talk, QUICK.lease_s)
        seq = (await talks.accept(Inbound(talk, "k", "text", "报修"))).seq
        turn = await _wait_done(talks, talk, seq)
        assert [m.text for m in turn.messages] == ["收到：报修"]
        async with db.reading() as session:
            assert (await repository.get(session, talk)).fence > dead_fence

    async def test_a_worker_that_lost_its_lease_cannot_write(self, core, db) -> None:
        bot = MemoryBot()
        talks = await core(bot)
        talk = (await talks.open(SILENT)).conversation_id
        async with db.transaction() as session:
            old = await repository.take_lease(session, talk, 0.01)
        seq = (await talks.accept(Inbound(talk, "k", "text", "报修"))).seq
        await _wait_done(talks, talk, seq)
        late = Mailbox(db, bot, QUICK)
        async with db.reading() as session:
            entry = await repository.entry(session, talk, seq)
        assert entry is not None and old is not None
        with pytest.raises(LeaseLost):
            await late._settle(old, entry, lambda s, t, e: turns.settle_answer(s, t, e, say("又说一遍")))
        said = await talks.messages_after(talk)
        assert [m.text for m in said.messages if m.author == "bot"] == ["收到：报修"]

    async def test_a_turn_whose_answer_was_lost_is_asked_again_under_the_same_key(self, core, db) -> None:
        bot = MemoryBot()
        lost = [True]

        async def script_lost(request):
            answer = await bot.turn(request)
            if lost.pop() if lost else False:
                raise Unavailable("the answer got lost on the way")
            return answer

        class Flaky:
            turn = staticmethod(script_lost)

        talks = await core(Flaky())
        talk = (await talks.open(SILENT)).conversation_id
        turn = await _wait_done(talks, talk, (await talks.accept(Inbound(talk, "k", "text", "报修"))).seq)
        assert [m.text for m in turn.messages] == ["收到：报修"]
        assert len(bot.ran) == 1 and len(bot.asked) == 2
