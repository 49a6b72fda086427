"""The memory of a talk: the same talk, whatever its length, at the same cost."""

from __future__ import annotations

import json
from typing import Any

import pytest
import redis

from tests.bot.inside import inside
from tests.bot.runtime.conftest import RunningBot

PRELUDE = """
import asyncio, os
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import *
from rasa.shared.core.trackers import DialogueStateTracker
from bot.tracker_store import TalkStore, Talk, shortened
domain = Domain.from_yaml('''
version: "3.1"
intents: [a]
slots:
  place: {type: text, mappings: [{type: custom}]}
  counted: {type: any, mappings: [{type: custom}]}
  sms_code: {type: text, mappings: [{type: custom}]}
forms: {some_form: {required_slots: [place]}}
''')
store = TalkStore(domain, host=os.environ['REDIS'])
def said(text, entities=()):
    return [ActionExecuted('action_listen'), UserUttered(text, {'name': 'a', 'confidence': 1.0}, list(entities))]
def state(tracker):
    return {
        'slots': tracker.current_slot_values(), 'loop': tracker.active_loop_name, 'rejected':
        tracker.is_active_loop_rejected,
        'latest': tracker.latest_action_name, 'paused': tracker.is_paused(), 'followup': tracker.followup_action,
    }
def again(tracker):
    return store.tracker_of(tracker.sender_id, Talk(store.rows_of(tracker)))
"""

STATES = """
start = [ActionExecuted('action_session_start'), SessionStarted()]
turns = [said(f'turn {i}') + [SlotSet('counted', i)] for i in range(12)]
flat = [event for turn in turns for event in turn]
listen = [ActionExecuted('action_listen')]
talks = {
    'short': start + turns[0] + listen,
    'slot set long ago': start + [SlotSet('place', 'x')] + flat + listen,
    'slot cleared': start + [SlotSet('place', 'x'), SlotSet('place', None)] + flat + listen,
    'form running': start + turns[0] + [ActionExecuted('some_form'), ActiveLoop('some_form'),
    SlotSet('requested_slot', 'place')] + flat + listen,
    'form over': start + turns[0] + [ActionExecuted('some_form'), ActiveLoop('some_form'), ActiveLoop(None)] +
    flat + listen,
    'form rejected': start + turns[0] + [ActionExecuted('some_form'), ActiveLoop('some_form')] + listen +
    [UserUttered('x', {'name': 'a'}), ActionExecutionRejected('some_form')] + flat + listen,
    'paused': start + [ConversationPaused()] + flat + listen,
    'restarted': start + [SlotSet('place', 'x')] + flat[:9] + [Restarted()] + flat[9:] + listen,
    'reverted': start + flat + [UserUtteranceReverted()],
}
result = {}
for name, events in talks.items():
    tracker = DialogueStateTracker.from_events(name, events, domain.slots)
    once = again(tracker)
    result[name] = [state(tracker), state(once), state(again(once)), state(once.copy()), len(tracker.events),
    len(once.events)]
answer(result)
"""

GROWTH = """
tracker = DialogueStateTracker.from_events('t', [ActionExecuted('action_session_start'), SessionStarted()],
domain.slots)
sizes = []
for turn in range(300):
    did = [ActionExecuted('some_form'), BotUttered('好的'), SlotSet('counted', turn)]
    tracker.update_with_events(said('今天天气不错') + did, domain)
    tracker.update(ActionExecuted('action_listen'))
    rows = store.rows_of(tracker)
    tracker = store.tracker_of('t', Talk(rows))
    sizes.append([len(rows), len(Talk(rows).to_json())])
answer([sizes[9], sizes[299], tracker.get_slot('counted')])
"""

PRIVATE = """
entities = [{'entity': 'account_no', 'value': '3100102346', 'start': 3, 'end': 13}]
tracker = DialogueStateTracker.from_events('p', said('户号是3100102346', entities) + said('验证码四七二九零幺') +
[SlotSet('sms_code', '472901'), SlotSet('place', '翠湖花园3号楼')] + said('138 1234 5678，3号楼402') , domain.slots)
answer(Talk(store.rows_of(tracker)).to_json())
"""


def run(code: str, redis_url: str) -> Any:
    return inside(PRELUDE + code, REDIS=redis_url)


class TestTalkStore:
    @pytest.fixture(scope="class")
    def states(self, redis_url: str) -> dict[str, Any]:
        return run(STATES, redis_url)

    @pytest.mark.parametrize(
        "talk",
        [
            "short",
            "slot set long ago",
            "slot cleared",
            "form running",
            "form over",
            "form rejected",
            "paused",
            "restarted",
            "reverted",
        ],
    )
    def test_a_talk_comes_back_as_it_was(self, states: dict[str, Any], talk: str) -> None:
        before, after, twice, copied, events, kept = states[talk]
        assert before == after == twice == copied
        assert kept <= max(events, 4) if talk == "short" else kept < events

    def test_turn_three_hundred_costs_what_turn_ten_cost(self, redis_url: str) -> None:
        early, late, counted = run(GROWTH, redis_url)
        assert late[0] == early[0]
        assert late[1] <= early[1] * 1.05
        assert counted == 299

    def test_account_numbers_phones_and_codes_are_not_in_the_stored_words(self, redis_url: str) -> None:
        stored = run(PRIVATE, redis_url)
        for private in ("3100102346", "四七二九零幺", "472901", "1234", "5678"):
            assert private not in stored
        assert "户号是[account_no]" in stored and "3号楼402" in stored and "翠湖花园3号楼" in stored

    def test_a_real_talk_stays_small_in_redis_and_expires(self, bot: RunningBot, talk: str) -> None:
        memory = redis.Redis.from_url(bot.redis_url)
        sizes = []
        for _ in range(25):
            bot.say(talk, "数一下")
            sizes.append(memory.strlen(f"bot:talk:{talk}"))
        assert sizes[-1] <= sizes[9] * 1.1
        assert 0 < memory.ttl(f"bot:talk:{talk}") <= 24 * 3600
        assert bot.texts(bot.say(talk, "数一下")) == ["第 26 次。"]
        stored = memory.get(f"bot:talk:{talk}")
        assert isinstance(stored, bytes) and json.loads(stored)["rows"]
