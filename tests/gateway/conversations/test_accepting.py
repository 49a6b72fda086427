"""What is accepted is answered once, in order, by whom the talk belongs to."""

from __future__ import annotations

import asyncio

import pytest

from clients.bot.memory import MemoryBot, say
from gateway.conversations.errors import ConversationNotFound
from gateway.conversations.schemas import Inbound, OpenConversation
from gateway.conversations.service import Conversations

WEB = OpenConversation("web")


async def _open(talks: Conversations, asked: OpenConversation = WEB) -> str:
    opened = await talks.open(asked)
    if opened.seq is not None:
        assert (await talks.wait_turn(opened.conversation_id, opened.seq, 5)).done
    return opened.conversation_id


async def _say(talks: Conversations, talk: str, text: str, key: str | None = None, kind: str = "text"):
    accepted = await talks.accept(Inbound(talk, key or f"k-{text}", kind, text))  # type: ignore[arg-type]
    return await talks.wait_turn(talk, accepted.seq, 5)


class TestOpening:
    async def test_a_new_visitor_is_greeted(self, talks: Conversations) -> None:
        opened = await talks.open(WEB)
        assert opened.seq is not None
        turn = await talks.wait_turn(opened.conversation_id, opened.seq, 5)
        assert [m.text for m in turn.messages] == ["您好，我是小电。"]
        assert turn.done

    async def test_the_same_call_opened_twice_is_one_conversation(self, talks: Conversations) -> None:
        asked = OpenConversation("phone", key="CA-once", caller_phone="13812345678", start=False)
        one, other = await asyncio.gather(talks.open(asked), talks.open(asked))
        assert one.conversation_id == other.conversation_id
        assert sorted([one.is_new, other.is_new]) == [False, True]

    async def test_a_visitor_who_comes_again_finds_the_same_talk(self, talks: Conversations) -> None:
        asked = OpenConversation("web", visitor_id="visitor-a-long-secret", resume=True)
        first = await _open(talks, asked)
        await _say(talks, first, "家里没电了")
        again = await talks.open(asked)
        assert (again.conversation_id, again.is_new) == (first, False)
        said = await talks.messages_after(first)
        assert [m.author for m in said.messages] == ["bot", "customer", "bot"]

    async def test_an_unknown_conversation_takes_nothing(self, talks: Conversations) -> None:
        with pytest.raises(ConversationNotFound):
            await talks.accept(Inbound("c_none", "k", "text", "在吗"))


class TestTheTurn:
    async def test_who_waited_hears_what_stands_in_the_transcript(self, talks: Conversations) -> None:
        talk = await _open(talks)
        heard = await _say(talks, talk, "家里没电了", key="k")
        read = await _say(talks, talk, "家里没电了", key="k")
        assert heard == read
        assert heard.messages == tuple((await talks.messages_after(talk, heard.seq)).messages)

    async def test_who_waits_not_long_enough_is_told_so_and_finds_the_answer_later(
        self, talks: Conversations, bot: MemoryBot
    ) -> None:
        talk = await _open(talks)
        accepted = await talks.accept(Inbound(talk, "k", "text", "报修"))
        assert not (await talks.wait_turn(talk, accepted.seq, 0)).done
        assert (await talks.wait_turn(talk, accepted.seq, 5)).done


class TestSameKey:
    async def test_the_same_key_has_the_same_answer_and_the_bot_runs_once(
        self, talks: Conversations, bot: MemoryBot
    ) -> None:
        talk = await _open(talks)
        first = await _say(talks, talk, "查电费", "k1")
        second = await _say(talks, talk, "查电费", "k1")
        assert first == second
        assert len([r for r in bot.asked if r["input"]["value"] == "查电费"]) == 1

    async def test_ten_deliveries_at_once_are_one_message(self, talks: Conversations, bot: MemoryBot) -> None:
        talk = await _open(talks)
        turns = await asyncio.gather(*(_say(talks, talk, "报修", "same") for _ in range(10)))
        assert len({turn.seq for turn in turns}) == 1
        said = await talks.messages_after(talk)
        assert [m.text for m in said.messages if m.author == "customer"] == ["报修"]
        assert len([r for r in bot.ran if r["input"]["value"] == "报修"]) == 1


class TestOrder:
    async def test_messages_sent_at_once_are_answered_in_order_one_at_a_time(self, core, db) -> None:
        running_now: list[str] = []
        seen: list[str] = []

        async def script(request):
            running_now.append(request["turn_key"])
            assert len(running_now) == 1, "two turns of one conversation at once"
            await asyncio.sleep(0)
            seen.append(request["input"]["value"])
            running_now.clear()
            return say(f"收到：{request['input']['value']}")

        bot = MemoryBot(script)
        here, there = await core(bot), await core(bot)
        talk = await _open(here)
        accepted = []
        for n in range(20):  # through two processes by turns
            accepted.append(await (here, there)[n % 2].accept(Inbound(talk, f"k{n}", "text", f"第{n}句")))
        turns = [await there.wait_turn(talk, a.seq, 10) for a in accepted]
        assert [t.messages[0].text for t in turns] == [f"收到：第{n}句" for n in range(20)]
        assert seen[1:] == [f"第{n}句" for n in range(20)]


class TestStrangeInput:
    @pytest.mark.parametrize("text", ["", "   ", "\x00\x07\u200b"])
    async def test_nothing_written_gets_a_sentence_and_the_bot_is_not_asked(
        self, talks: Conversations, bot: MemoryBot, text: str
    ) -> None:
        talk = await _open(talks)
        asked = len(bot.asked)
        turn = await _say(talks, talk, text, "empty")
        assert "没有收到文字" in turn.messages[0].text
        assert len(bot.asked) == asked

    async def test_control_characters_and_broken_halves_are_taken_out(self, talks: Conversations) -> None:
        talk = await _open(talks)
        await _say(talks, talk, "家\x00里\ud800没\x1b电\u202e了\r\n😀", "dirty")
        said = await talks.messages_after(talk)
        assert [m.text for m in said.messages if m.author == "customer"] == ["家里没电了\n😀"]

    async def test_a_very_long_text_is_kept_and_the_bot_reads_its_beginning(
        self, talks: Conversations, bot: MemoryBot
    ) -> None:
        talk = await _open(talks)
        turn = await _say(talks, talk, "停" * 10_000, "long")
        assert turn.done
        said = await talks.messages_after(talk)
        assert len(next(m.text for m in said.messages if m.author == "customer")) == 10_000
        assert len(bot.asked[-1]["input"]["value"]) == 2000
