"""A person takes over and gives back; the bot never speaks while a person owns the talk."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from clients.bot.memory import MemoryBot, echo, say
from gateway import tasks
from gateway.conversations import ownership, repository, says
from gateway.conversations.errors import AlreadyTaken, ConversationClosed, NotYours, TransitionNotAllowed
from gateway.conversations.schemas import Contact, Inbound, OpenConversation
from gateway.conversations.service import Conversations
from gateway.conversations.states import Event, Owner, next_owner
from kernel import clock

SILENT = OpenConversation("web", start=False)
ZHOU, CHEN = Contact("1107", "周敏"), Contact("1003", "陈涛")
SUMMARY = "已报修，问几点到"


def _script(request):
    given = request["input"]
    if given["value"] == "人工":
        signal = {"kind": "handoff", "reason": "客户要人工", "skill": "general", "summary": SUMMARY}
        learnt = {"task": "report_fault", "facts": [["地址", "翠湖花园3号楼"]], "done": ["已登记 GZ202611240018"]}
        return say("马上转。", signals=[signal], learnt=learnt)
    if given["value"] == "电线掉地上了":
        handoff = {"kind": "handoff", "reason": "断线落地", "skill": "emergency", "summary": ""}
        return say("离开八米。", signals=[handoff, {"kind": "emergency", "hazard": "line_down"}])
    if given["value"] == "核身":
        ends = (clock.now() + timedelta(minutes=15)).isoformat()
        return say(
            "核对通过。", signals=[{"kind": "identity", "level": "L2", "account_last4": "2346", "expires_at": ends}]
        )
    if given["value"] == "再见":
        return say("再见。", signals=[{"kind": "close"}])
    return echo(request)


@pytest.fixture
def bot() -> MemoryBot:
    return MemoryBot(_script)


async def _say(talks: Conversations, talk: str, text: str, kind: str = "text"):
    key = f"{text}-{clock.monotonic()}"
    accepted = await talks.accept(Inbound(talk, key, kind, text))  # type: ignore[arg-type]
    turn = await talks.wait_turn(talk, accepted.seq, 5)
    assert turn.done
    return turn


async def _queued(talks: Conversations, text: str = "人工") -> str:
    talk = (await talks.open(SILENT)).conversation_id
    assert (await _say(talks, talk, text)).owner == Owner.QUEUED
    return talk


class TestQueue:
    async def test_who_asks_for_a_person_waits_with_reason_summary_and_what_was_learnt(self, talks) -> None:
        talk = await _queued(talks)
        row = next(row for row in await talks.waiting() if row.conversation_id == talk)
        assert (row.reason, row.skill, row.summary, row.last_text) == ("客户要人工", "general", SUMMARY, "人工")
        seen = await talks.overview(talk)
        assert seen.learnt["facts"] == [["地址", "翠湖花园3号楼"]]
        assert seen.changes[0]["actor"] == "bot" and seen.changes[0]["reason"] == "客户要人工"
        said = (await talks.messages_after(talk)).messages
        assert said[-2].text == "马上转。" and said[-1].author == "system"

    async def test_what_is_written_while_waiting_is_kept_and_the_bot_is_not_asked(self, talks, bot) -> None:
        talk = await _queued(talks)
        asked = len(bot.asked)
        turn = await _say(talks, talk, "我家还有老人")
        assert turn.owner == Owner.QUEUED and "记下了" in turn.messages[0].text
        assert len(bot.asked) == asked

    @pytest.mark.parametrize(("kind", "value"), [("text", "不等了"), ("choice", says.LEAVE_QUEUE)])
    async def test_who_no_longer_wants_to_wait_is_back_with_the_bot(self, talks, kind: str, value: str) -> None:
        talk = await _queued(talks)
        assert (await _say(talks, talk, value, kind)).owner == Owner.BOT
        assert (await _say(talks, talk, "查电费")).messages[0].text == "收到：查电费"

    async def test_an_emergency_stands_before_whoever_came_earlier(self, talks) -> None:
        first = await _queued(talks)
        urgent = await _queued(talks, "电线掉地上了")
        ids = [row.conversation_id for row in await talks.waiting()]
        assert ids.index(urgent) < ids.index(first)
        assert await talks.place(urgent) == 1
        await talks.close(urgent, actor="system", reason="test")


class TestTakingOver:
    async def test_of_two_agents_who_take_at_once_one_gets_it(self, talks) -> None:
        talk = await _queued(talks)
        outcomes = await asyncio.gather(*(talks.take(talk, a) for a in (ZHOU, CHEN)), return_exceptions=True)
        assert sorted(type(o) for o in outcomes if o is not None) == [AlreadyTaken]
        assert [m.author for m in (await talks.messages_after(talk)).messages].count("agent") == 1

    async def test_agent_and_customer_talk_and_the_bot_keeps_silent(self, talks, bot) -> None:
        talk = await _queued(talks)
        await talks.take(talk, ZHOU)
        asked = len(bot.asked)
        await talks.answer(talk, ZHOU, "师傅十五点到。", key="a1")
        await talks.answer(talk, ZHOU, "师傅十五点到。", key="a1")
        turn = await _say(talks, talk, "好的")
        assert (turn.owner, turn.messages) == (Owner.AGENT, ())
        assert len(bot.asked) == asked
        said = [m.text for m in (await talks.messages_after(talk)).messages if m.author == "agent"]
        assert said[1:] == ["师傅十五点到。"]

    async def test_an_answer_the_bot_is_late_with_is_dropped_when_a_person_owns(self, core) -> None:
        may_answer, is_asked = asyncio.Event(), asyncio.Event()

        async def script(request):
            if request["input"]["value"] == "慢":
                is_asked.set()
                await may_answer.wait()
            return _script(request)

        talks = await core(MemoryBot(script))
        talk = (await talks.open(SILENT)).conversation_id
        seq = (await talks.accept(Inbound(talk, "slow", "text", "慢"))).seq
        await asyncio.wait_for(is_asked.wait(), 5)
        await talks.hand_off(talk, reason="按了零")
        await talks.take(talk, ZHOU)
        may_answer.set()
        assert (await talks.wait_turn(talk, seq, 5)).done
        assert "收到：慢" not in [m.text for m in (await talks.messages_after(talk)).messages]

    async def test_nobody_answers_or_closes_what_is_not_theirs(self, talks) -> None:
        talk = await _queued(talks)
        await talks.take(talk, ZHOU)
        with pytest.raises(NotYours):
            await talks.answer(talk, CHEN, "我来")
        with pytest.raises(NotYours):
            await talks.close(talk, actor="agent:1003", reason="")

    async def test_given_back_the_bot_goes_on_with_what_was_learnt(self, talks, bot) -> None:
        talk = await _queued(talks)
        await talks.take(talk, ZHOU)
        accepted = await talks.give_back(talk, ZHOU, {"note": "已核身", "facts": [["单号", "YW202611240037"]]})
        turn = await talks.wait_turn(talk, accepted.seq, 5)
        assert (turn.owner, turn.messages[0].text) == (Owner.BOT, "坐席已办好。还有别的事吗？")
        learnt = bot.asked[-1]["context"]["handoff"]["learnt"]
        assert learnt["note"] == "已核身" and ["单号", "YW202611240037"] in learnt["facts"]
        assert (await _say(talks, talk, "好")).messages[0].author == "bot"

    async def test_passed_on_the_original_waiting_time_is_kept(self, talks) -> None:
        talk = await _queued(talks)
        since = (await talks.overview(talk)).waiting_since
        await talks.take(talk, ZHOU)
        await talks.transfer(talk, ZHOU, skill="complaint", reason="要主管")
        seen = await talks.overview(talk)
        assert (seen.owner, seen.waiting_since, seen.skill, seen.agent_id) == (Owner.QUEUED, since, "complaint", None)


class TestEnding:
    async def test_an_agent_ends_it_through_wrap_up_and_each_step_is_written_down(self, talks) -> None:
        talk = await _queued(talks)
        await talks.take(talk, ZHOU)
        await talks.close(talk, actor="agent:1107", reason="办结")
        steps = [(c["from"], c["to"]) for c in (await talks.overview(talk)).changes]
        assert steps == [("bot", "queued"), ("queued", "agent"), ("agent", "wrap_up"), ("wrap_up", "closed")]

    async def test_what_was_proved_ends_with_the_talk(self, talks) -> None:
        talk = (await talks.open(SILENT)).conversation_id
        await _say(talks, talk, "核身")
        seen = await talks.overview(talk)
        assert (seen.identity_level, seen.account_last4) == ("L2", "2346")
        with clock.hold(clock.now() + timedelta(minutes=16)):
            assert (await talks.overview(talk)).identity_level == "L0"
        await _say(talks, talk, "再见")
        assert (await talks.overview(talk)).identity_level == "L0"

    async def test_who_writes_again_goes_on_and_a_finished_call_does_not(self, talks) -> None:
        talk = (await talks.open(SILENT)).conversation_id
        assert (await _say(talks, talk, "再见")).owner == Owner.CLOSED
        assert (await _say(talks, talk, "还有件事")).messages[0].text == "收到：还有件事"
        call = (await talks.open(OpenConversation("phone", start=False))).conversation_id
        await talks.close(call, actor="customer", reason="挂断")
        with pytest.raises(ConversationClosed):
            await talks.accept(Inbound(call, "k", "text", "喂"))


class TestTimeLimits:
    async def test_who_waits_long_is_told_once_and_then_need_not_wait(
        self, talks, conversations_url, monkeypatch
    ) -> None:
        monkeypatch.setenv("DENGHUO_DATABASE__URL", conversations_url)
        tasks.settings.load.cache_clear()
        tasks._db.cache_clear()
        try:
            talk = await _queued(talks)
            since = (await talks.overview(talk)).waiting_since.astimezone(clock.TZ).isoformat()
            await tasks.remind_waiting(talk, since)
            await tasks.remind_waiting(talk, since)
            texts = [m.text for m in (await talks.messages_after(talk)).messages]
            assert sum("让您久等了" in text for text in texts) == 1
            await tasks.end_waiting(talk, since)
            await tasks.end_waiting(talk, since)
            assert (await talks.overview(talk)).owner == Owner.MESSAGE
            await talks.take(talk, ZHOU)  # what was left is answered later
            with clock.hold(clock.now() + timedelta(hours=25)):
                other = (await talks.open(SILENT)).conversation_id
            with clock.hold(clock.now() + timedelta(hours=50)):
                await tasks.close_idle(other)
                await tasks.close_idle(talk)
            assert (await talks.overview(other)).owner == Owner.CLOSED
            assert (await talks.overview(talk)).owner == Owner.AGENT
            await tasks.announce(talk, "restored", "翠湖花园已恢复送电。")
            await tasks.announce(talk, "restored", "翠湖花园已恢复送电。")
            texts = [m.text for m in (await talks.messages_after(talk)).messages]
            assert texts.count("翠湖花园已恢复送电。") == 1
        finally:
            await tasks._db().close()
            tasks._db.cache_clear()
            tasks.settings.load.cache_clear()

    async def test_each_limit_waits_as_a_job(self, talks, db) -> None:
        talk = await _queued(talks)
        async with db.reading() as session:
            found = await session.execute(
                repository.sa.text(
                    "SELECT task_name FROM jobs.procrastinate_jobs WHERE args->>'conversation_id' = :id"
                ).bindparams(id=talk)
            )
        assert set(found.scalars()) == {
            ownership.IDLE_TASK, ownership.QUEUE_REMINDER_TASK, ownership.QUEUE_LIMIT_TASK
        }  # fmt: skip


class TestTable:
    @pytest.mark.parametrize(
        ("owner", "event"),
        [
            (Owner.BOT, Event.TAKEN),
            (Owner.AGENT, Event.HANDED_OFF),
            (Owner.CLOSED, Event.TAKEN),
            (Owner.QUEUED, Event.GIVEN_BACK),
        ],
    )
    def test_what_the_table_does_not_know_is_refused(self, owner: Owner, event: Event) -> None:
        with pytest.raises(TransitionNotAllowed):
            next_owner(owner, event)

    def test_every_owner_can_end_and_only_a_closed_talk_cannot_end_again(self) -> None:
        assert all(next_owner(o, Event.CLOSED) == Owner.CLOSED for o in Owner if o is not Owner.CLOSED)
        with pytest.raises(TransitionNotAllowed):
            next_owner(Owner.CLOSED, Event.CLOSED)
