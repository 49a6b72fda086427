"""What everybody may rely on, of the store behind HTTP and of the knowledge in memory alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from clients.knowledge.protocol import Change, Entry
from kernel import clock
from kernel.errors import Conflict, Malformed, NotFound

TODAY = date(2026, 11, 24)
WHO = Change("王芳", "十二月调价")
TIER = Entry(
    id="tier-901",
    topic="阶梯电价",
    question="阶梯电价怎么分档",
    variants=("一档二档是多少度",),
    answer_text="第一档每年2400度以内，每度0.53元。",
    answer_voice="第一档是每年两千四百度以内。",
    valid_from=date(2026, 7, 1),
    source="设定",
    owner="电价岗",
    next_action="bill_query",
)
HALL = Entry(
    id="hall-901",
    topic="营业厅与时间",
    question="营业厅几点开门",
    answer_text="周一至周五8:30至17:30。",
    answer_voice="工作日早上八点半开门。",
    owner="营业厅班长",
)
STAFF = Entry(
    id="promise-901",
    topic="服务承诺",
    question="坐席一天接多少电话",
    answer_text="坐席按班次接听，每班不超过一百通。",
    answer_voice="每班不超过一百通。",
    audience="agent",
)


@pytest.fixture(autouse=True)
def held_clock():
    with clock.hold(datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)):
        yield


async def _put(knowledge: Any, entry: Entry, key: str = "") -> Entry:
    kept: Entry = await knowledge.put(entry, change=WHO, key=key or f"put-{entry.id}-{entry.version}")
    return kept


async def _first(knowledge: Any, question: str, **more: Any) -> str | None:
    found = await knowledge.search(question, **more)
    return found.results[0].id if found.results else None


class TestSearching:
    async def test_an_empty_house_is_unsure(self, knowledge):
        found = await knowledge.search("阶梯电价怎么分")
        assert (list(found.results), found.decision) == ([], "unsure")

    async def test_what_was_just_put_in_is_answered_with_its_source_and_date(self, knowledge):
        await _put(knowledge, TIER)
        await _put(knowledge, HALL)
        found = await knowledge.search("一档二档是多少度呀")
        best = found.results[0]
        assert found.decision == "answer"
        assert (best.id, best.source, best.valid_from) == ("tier-901", "设定", date(2026, 7, 1))
        assert (best.answer_voice, best.next_action) == (TIER.answer_voice, "bill_query")

    async def test_a_new_answer_is_given_at_once(self, knowledge):
        await _put(knowledge, TIER)
        await knowledge.search("阶梯电价怎么分档")
        await _put(knowledge, replace(TIER, answer_text="第一档每年2500度以内。"), key="again")
        assert (await knowledge.search("阶梯电价怎么分档")).results[0].answer_text == "第一档每年2500度以内。"

    async def test_nonsense_is_unsure(self, knowledge):
        await _put(knowledge, TIER)
        assert (await knowledge.search("qqqq wwww")).decision == "unsure"
        assert (await knowledge.search(" ")).decision == "unsure"

    async def test_no_more_are_given_than_asked_for(self, knowledge):
        await _put(knowledge, TIER)
        await _put(knowledge, HALL)
        assert len((await knowledge.search("电", limit=1)).results) == 1

    async def test_what_is_for_agents_is_told_to_agents_only(self, knowledge):
        await _put(knowledge, STAFF)
        assert await _first(knowledge, STAFF.question) is None
        assert await _first(knowledge, STAFF.question, audience="agent") == "promise-901"


class TestDays:
    async def test_tomorrows_tariff_speaks_tomorrow(self, knowledge):
        await _put(knowledge, replace(TIER, valid_to=TODAY))
        new = replace(TIER, id="tier-902", valid_from=date(2026, 11, 25), answer_text="明天起每度0.55元。")
        await _put(knowledge, new)
        assert await _first(knowledge, TIER.question) == "tier-901"
        with clock.hold(datetime(2026, 11, 25, 0, 0, 1, tzinfo=clock.TZ)):
            assert await _first(knowledge, TIER.question) == "tier-902"

    async def test_the_last_day_counts_and_the_next_does_not(self, knowledge):
        await _put(knowledge, TIER)
        ended = await knowledge.expire("tier-901", last_day=date(2026, 11, 30), change=WHO, key="end")
        assert ended.valid_to == date(2026, 11, 30)
        assert await _first(knowledge, TIER.question, on=date(2026, 11, 30)) == "tier-901"
        assert await _first(knowledge, TIER.question, on=date(2026, 12, 1)) is None

    async def test_two_may_ask_the_same_when_never_on_the_same_day(self, knowledge):
        await _put(knowledge, TIER)
        with pytest.raises(Malformed, match="tier-901"):
            await _put(knowledge, replace(TIER, id="tier-902"))


class TestKeeping:
    async def test_versions_say_who_and_why(self, knowledge):
        one = await _put(knowledge, TIER)
        two = await knowledge.put(replace(one, source="公告"), change=Change("李明", "补出处"), key="second")
        assert (one.version, two.version) == (1, 2)
        told = [(v.by, v.reason, v.entry.source) for v in await knowledge.versions("tier-901")]
        assert told == [("李明", "补出处", "公告"), ("王芳", "十二月调价", "设定")]

    async def test_who_changes_an_old_version_is_refused(self, knowledge):
        await _put(knowledge, TIER)
        await _put(knowledge, replace(TIER, source="公告"), key="second")
        with pytest.raises(Conflict) as refused:
            await _put(knowledge, replace(TIER, version=1), key="third")
        assert refused.value.code == "version_conflict"

    async def test_the_same_key_changes_once(self, knowledge):
        assert await _put(knowledge, TIER, key="k") == await _put(knowledge, TIER, key="k")
        assert len(await knowledge.versions("tier-901")) == 1
        with pytest.raises(Conflict):
            await _put(knowledge, HALL, key="k")

    @pytest.mark.parametrize(
        ("wrong", "at"),
        [
            ({"answer_voice": "每度0.53元"}, "answer_voice"),
            ({"answer_voice": "请" * 71}, "answer_voice"),
            ({"answer_text": "请" * 181}, "answer_text"),
            ({"topic": "天气"}, "topic"),
            ({"valid_to": date(2026, 6, 30)}, "valid_to"),
            ({"variants": ("我的电话13812345678",)}, "variants"),
        ],
    )
    async def test_what_breaks_a_rule_is_refused(self, knowledge, wrong, at):
        with pytest.raises(Malformed, match=at):
            await _put(knowledge, replace(TIER, **wrong))
        with pytest.raises(NotFound):
            await knowledge.entry("tier-901")

    async def test_what_is_not_there_is_not_found(self, knowledge):
        for asking in (
            knowledge.entry("tier-999"),
            knowledge.versions("tier-999"),
            knowledge.rate("tier-999", is_useful=True, key="r"),
            knowledge.expire("tier-999", last_day=TODAY, change=WHO, key="e"),
            knowledge.settle_unanswered("0" * 40, state="answered", key="s"),
        ):
            with pytest.raises(NotFound):
                await asking


class TestUnanswered:
    async def test_the_same_question_is_counted_without_who_asked(self, knowledge):
        await knowledge.note_unanswered("我叫王小明，电话13812345678，电磁炉能用几年？", key="1")
        await knowledge.note_unanswered("我叫李红，电话13812349978，电磁炉能用几年", key="2")
        await knowledge.note_unanswered("太阳几点下山", key="3")
        often, once = await knowledge.unanswered()
        assert (often.count, once.count, once.question) == (2, 1, "太阳几点下山")
        assert "王小明" not in often.question
        assert "13812345678" not in often.question

    async def test_a_repeat_of_the_same_turn_counts_once(self, knowledge):
        for key in ("a", "a", "b"):
            await knowledge.note_unanswered("电磁炉能用几年", key=key)
        (one,) = await knowledge.unanswered()
        assert one.count == 2

    async def test_settled_it_leaves_the_list_and_asked_again_it_is_back(self, knowledge):
        one = await knowledge.note_unanswered("电磁炉能用几年", key="a")
        await knowledge.settle_unanswered(one.id, state="dismissed", key="s")
        assert list(await knowledge.unanswered()) == []
        assert [d.id for d in await knowledge.unanswered(state="dismissed")] == [one.id]
        await knowledge.note_unanswered("电磁炉能用几年？", key="b")
        assert [o.count for o in await knowledge.unanswered()] == [2]


@pytest.mark.row("S133")
class TestReviews:
    async def test_each_post_is_told_what_comes_due(self, knowledge):
        await _put(knowledge, TIER)
        await _put(knowledge, replace(HALL, review_by=date(2027, 3, 1), valid_to=date(2026, 12, 5)))
        told = [(r.owner, r.id, r.reasons) for r in await knowledge.due_for_review()]
        assert told == [("电价岗", "tier-901", ("review",)), ("营业厅班长", "hall-901", ("expiry",))]
        assert [r.id for r in await knowledge.due_for_review(owner="电价岗")] == ["tier-901"]
        assert list(await knowledge.due_for_review(within_days=0)) == []

    @pytest.mark.row("S46")
    async def test_three_times_running_no_help_brings_it_up_until_it_is_changed(self, knowledge):
        far = replace(TIER, review_by=date(2027, 3, 1))
        await _put(knowledge, far)
        for number, is_useful in enumerate((False, True, False, False)):
            await knowledge.rate("tier-901", is_useful=is_useful, key=f"r{number}")
        assert list(await knowledge.due_for_review()) == []
        for _ in range(2):  # the same tap twice counts once
            await knowledge.rate("tier-901", is_useful=False, key="r9")
        (due,) = await knowledge.due_for_review()
        assert (due.reasons, due.useful, due.useless) == (("unhelpful",), 1, 4)
        await _put(knowledge, replace(far, answer_text="写得更清楚的答案。"), key="better")
        assert list(await knowledge.due_for_review()) == []
