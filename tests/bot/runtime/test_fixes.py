"""Each fix of `bot/fixes.py`: that upstream still is as it was when the fix was made, and that the fix does the same,
better.

A failure under `upstream` after an upgrade of Rasa means: read the fix again, it may be wrong or no longer needed.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.inside import inside

UPSTREAM = """
import ast, inspect, rasa
from rasa.core.actions import action, forms
from rasa.core import processor
from rasa.core.policies import memoization, rule_policy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

def source(thing):
    return inspect.getsource(thing)

def copies(module):
    total, logged = 0, 0
    for node in ast.walk(ast.parse(source(module))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name.startswith('copy.'):
            total += 1
        if name.startswith('structlogger.debug'):
            logged += sum(ast.unparse(part).startswith('copy.') and isinstance(part, ast.Call) for part in
            ast.walk(node))
    return [total, logged]

answer({
    'version': rasa.__version__,
    'validates_schema_each_time': 'validate(result, self.action_response_format_spec())' in source(action.RemoteAction),
    'session_per_call': 'async with self.session() as session' in source(EndpointConfig.request),
    'walks_subclasses': 'all_subclasses(Event)' in source(Event.resolve_by_type),
    'dask': 'dask.get(run_graph, run_targets)' in source(DaskGraphRunner.run),
    'runner_named_in_processor': hasattr(processor, 'DaskGraphRunner'),
    'domain_goes_to_validators': 'startswith("validate_")' in
    source(Domain._collect_actions_which_explicitly_need_domain),
    'slots_copied_the_long_way': 'copy.copy(slot)' in source(DialogueStateTracker.__init__)
    and not hasattr(Slot, '__copy__'),
    'defaults_built_each_time': 'default_actions(action_endpoint)}' in source(action.action_for_name_or_text),
    'copies': {m.__name__: copies(m) for m in (processor, rule_policy, memoization, forms)},
    'exception_swallowed': 'except Exception:' in source(processor.MessageProcessor._run_action),
    'text_rules_asked_first': 'use_text_for_last_user_input=True' in source(rule_policy.RulePolicy._predict),
    'unseen_only_warns': 'return' not in
    source(processor.MessageProcessor._check_for_unseen_features).split('is_empty():')[1].split('return', 1)[1],
    'handle_message': source(processor.MessageProcessor.handle_message).count('await '),
})
"""


@pytest.fixture(scope="module")
def upstream() -> dict[str, Any]:
    return inside(UPSTREAM)


class TestUpstream:
    def test_rasa_is_the_version_the_fixes_were_made_for(self, upstream: dict[str, Any]) -> None:
        assert upstream["version"] == "3.6.21"

    @pytest.mark.parametrize(
        "assumed",
        [
            "validates_schema_each_time",
            "session_per_call",
            "walks_subclasses",
            "dask",
            "runner_named_in_processor",
            "domain_goes_to_validators",
            "slots_copied_the_long_way",
            "defaults_built_each_time",
            "exception_swallowed",
            "text_rules_asked_first",
            "unseen_only_warns",
        ],
    )
    def test_what_a_fix_assumes_still_holds(self, upstream: dict[str, Any], assumed: str) -> None:
        assert upstream[assumed] is True

    def test_every_copy_in_the_silenced_modules_is_for_a_log_line(self, upstream: dict[str, Any]) -> None:
        for module, (total, logged) in upstream["copies"].items():
            assert total == logged > 0, module

    def test_the_channels_own_order_of_steps_is_that_of_handle_message(self, upstream: dict[str, Any]) -> None:
        # log_message, extract slots, (NLU only: save), predict, anonymise, save
        assert upstream["handle_message"] == 6


ANSWERS = """
import jsonschema
from rasa.core.actions.action import RemoteAction
from bot import fixes
action = RemoteAction('x', None)
samples = [
    {'events': [], 'responses': []},
    {'events': [{'event': 'slot', 'name': 'a', 'value': 1, 'timestamp': None}], 'responses': [{'text': 'x'}]},
    {'events': [{'event': 'followup', 'name': 'a', 'timestamp': None}], 'responses': []},
    {'events': [{'event': 'no_such_thing'}], 'responses': []},
    {'events': [{'event': 'slot'}], 'responses': []},
    {'events': 'rubbish'},
    {'events': [], 'responses': ['rubbish']},
]
def accepts(sample):
    try:
        return bool(action._validate_action_result(sample))
    except jsonschema.ValidationError:
        return False
stock = [accepts(sample) for sample in samples]
fixes.apply()
answer([stock, [accepts(sample) for sample in samples]])
"""

EVENTS = """
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses
names = sorted({c.type_name for c in all_subclasses(Event)})
stock = [Event.resolve_by_type(name).__name__ for name in names]
from bot import fixes
fixes.apply()
ours = [Event.resolve_by_type(name).__name__ for name in names]
try:
    Event.resolve_by_type('no_such_thing'); unknown = 'found'
except ValueError:
    unknown = 'refused'
answer([stock, ours, unknown])
"""

SLOTS = """
import copy
from rasa.shared.core.slots import CategoricalSlot, TextSlot
slots = [TextSlot('place', mappings=[{'type': 'custom'}]), CategoricalSlot('kind', mappings=[], values=['a', 'b'])]
slots[0].value = 'here'
stock = [vars(copy.copy(slot)) for slot in slots]
from bot import fixes
fixes.apply()
copied = [copy.copy(slot) for slot in slots]
same = [vars(slot) for slot in copied] == stock and [type(slot) for slot in copied] == [type(slot) for slot in slots]
copied[0].value = 'there'
answer([same, slots[0].value])
"""

DOMAIN = """
import os
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig
from bot import fixes
fixes.apply()
domain = Domain.from_yaml('actions: [validate_some_form, action_some]')
endpoint = EndpointConfig.from_dict({'url': 'http://127.0.0.1:9', 'enable_selective_domain': True})
tracker = DialogueStateTracker.from_events('t', [])
answer([sorted(RemoteAction(name, endpoint)._action_call_format(tracker, domain)) for name in domain.user_actions])
"""

GRAPH = """
import sys
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.trackers import DialogueStateTracker
import os
def parsed():
    _, metadata, runner = MessageProcessor._load_model(os.environ['MODELS'])
    tracker = DialogueStateTracker.from_events('t', [])
    inputs = {PLACEHOLDER_MESSAGE: [UserMessage('你好')], PLACEHOLDER_TRACKER: tracker}
    found = runner.run(inputs, [metadata.nlu_target])[metadata.nlu_target][0].as_dict(True)
    return [type(runner).__name__, found['intent'], found['text']]
stock = parsed()
from bot import fixes
fixes.apply()
answer([stock, parsed()])
"""

FORM = """
import asyncio
from rasa.core.actions.forms import FormAction
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
async def refuses(self, candidates, tracker, domain, channel, nlg):
    return [SlotSet(name, None) for name in candidates]
FormAction.validate_slots = refuses
from bot import fixes
fixes.keep_good_slot_values()
def after(events):
    tracker = DialogueStateTracker.from_events('t', events)
    form = FormAction('some_form', None)
    found = asyncio.run(form.validate_slots({'place': 'bad'}, tracker, None, None, None))
    return [event.value for event in found]
answer([
    after([UserUttered('a'), SlotSet('place', 'good'), UserUttered('b'), SlotSet('place', 'bad')]),
    after([UserUttered('b'), SlotSet('place', 'bad')]),
])
"""


class TestFixed:
    def test_answers_of_actions_are_accepted_and_refused_as_before(self) -> None:
        stock, ours = inside(ANSWERS)
        assert stock == ours == [True, True, True, False, False, False, False]

    def test_every_kind_of_event_is_found_as_before(self) -> None:
        stock, ours, unknown = inside(EVENTS)
        assert stock == ours
        assert unknown == "refused"

    def test_a_copied_slot_is_the_same_and_apart(self) -> None:
        assert inside(SLOTS) == [True, "here"]

    def test_no_action_is_sent_the_domain(self) -> None:
        sent = inside(DOMAIN)
        assert sent == [["next_action", "sender_id", "tracker", "version"]] * 2

    def test_the_graph_in_a_line_understands_the_same(self, trained: Any) -> None:
        stock, ours = inside(GRAPH, MODELS=str(trained))
        assert stock[0] == "DaskGraphRunner" and ours[0] == "LinearGraphRunner"
        assert stock[1:] == ours[1:]

    def test_a_refused_value_leaves_the_good_one(self) -> None:
        assert inside(FORM) == [["good"], [None]]

    def test_tensorflow_is_left_out_and_using_it_says_so(self) -> None:
        found = inside(
            "import sys, rasa.core.agent, rasa.nlu.classifiers.diet_classifier, tensorflow as tf\n"
            "try:\n    tf.constant(1)\nexcept RuntimeError as error:\n    said = str(error)\n"
            "answer(['jax' in sys.modules, said])"
        )
        assert found[0] is False
        assert "DENGHUO_TENSORFLOW=1" in found[1]
