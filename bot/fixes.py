"""Small repairs of Rasa 3.6.21, each with its reason and its gain (docs/adr/0007 has the figures).

tests/bot/test_fixes.py fails when upstream differs from what is assumed here.

run_graph_in_a_line                 a dask graph is planned and scheduled for every prediction of a fixed chain of nodes
check_actions_answer_once_built     `jsonschema.validate` re-checks the schema itself for each answer of an action
call_actions                        a new HTTP session per action, bound at 300 s; a failed action lost its events and
                                    the talk went on half done
send_no_domain                      the whole domain, 130 KB of it, went with every call of a form's validator, and no
                                    action of ours reads it
find_events_by_table                `Event.resolve_by_type` walks all subclasses for each event
copy_slots_at_once                  `copy.copy` of every slot goes by way of pickling, and each prediction copies all of
                                    them several times
keep_actions                        twelve default actions are built to find one action
copy_nothing_for_hidden_log_lines   states, parses and slots are deep-copied for debug lines that nobody sees
look_for_text_rules_once            rules are matched a second time by the customer's words, though none has words in it
trust_the_trained_domain            each parse builds an empty domain to find out whether intents are in the real one;
                                    `rasa data validate` has said so before
keep_good_slot_values               a value refused by a form's validator overwrote the good one it was to replace
"""

from __future__ import annotations

import functools
import logging
import types
from collections.abc import Callable
from typing import Any

import rasa.core.actions.action as rasa_action
import rasa.core.actions.forms as rasa_forms
import rasa.core.policies.memoization as rasa_memoization
import rasa.core.policies.rule_policy as rasa_rule_policy
import rasa.core.processor as rasa_processor
import structlog
from jsonschema import Draft202012Validator
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core import events as rasa_events
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.slots import Slot
from rasa.shared.utils.common import all_subclasses

from bot.action_server import ActionServer

RASA_VERSION = "3.6.21"


class LinearGraphRunner(DaskGraphRunner):
    """Runs the nodes a target needs one after another; the order is worked out once a target."""

    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        orders: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = self.__dict__.setdefault("_orders", {})
        if targets not in orders:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            done: dict[str, tuple[str, ...]] = {}

            def visit(name: str) -> None:
                if name in done or name not in nodes:
                    return
                needs = tuple(nodes[name].needs.values())
                for needed in needs:
                    visit(needed)
                done[name] = needs

            for target in targets:
                visit(target)
            orders[targets] = list(done.items())
        return orders[targets]

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        values: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            values[name] = self._instantiated_nodes[name](*(values.get(needed, needed) for needed in needs))
        return {name: values[name][1] for name in wanted}


def run_graph_in_a_line() -> None:
    rasa_processor.DaskGraphRunner = LinearGraphRunner


@functools.lru_cache(maxsize=1)
def _answer_validator() -> Draft202012Validator:
    schema = rasa_action.RemoteAction.action_response_format_spec()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _is_plain(result: Any) -> bool:
    """Nothing in it but responses and the setting of slots: what nearly every action answers, seen right at a
    glance."""
    return (
        isinstance(result, dict)
        and all(isinstance(response, dict) for response in result.get("responses") or ())
        and all(
            isinstance(event, dict) and event.get("event") == "slot" and isinstance(event.get("name"), str)
            for event in result.get("events") or ()
        )
    )


def _validate_action_result(self: rasa_action.RemoteAction, result: dict[str, Any]) -> bool:
    if _is_plain(result):
        return True
    error = next(_answer_validator().iter_errors(result), None)
    if error is not None:
        error.message += ". The action server's answer does not have the shape Rasa expects."
        raise error
    return True


def check_actions_answer_once_built() -> None:
    rasa_action.RemoteAction._validate_action_result = _validate_action_result


async def _run_remote(
    self: rasa_action.RemoteAction, output_channel: Any, nlg: Any, tracker: Any, domain: Any
) -> list[Event]:
    """As upstream, through the kept-alive session; see `bot.action_server` for what happens on failure."""
    body = self._action_call_format(tracker, domain)
    answer = await ActionServer.of(self.action_endpoint).run(self.name(), body)
    self._validate_action_result(answer)
    spoken = await self._utter_responses(answer.get("responses", []), output_channel, nlg, tracker)
    return [*spoken, *rasa_events.deserialise_events(answer.get("events", []))]


def call_actions() -> None:
    rasa_action.RemoteAction.run = _run_remote


def send_no_domain() -> None:
    """Goes with `enable_selective_domain` of endpoints.yml, which still sends it to whatever is named `validate_…`."""
    Domain.does_custom_action_explicitly_need_domain = lambda self, action_name: False


@functools.lru_cache(maxsize=1)
def _events_by_type() -> dict[str, type[Event]]:
    table: dict[str, type[Event]] = {}
    for event_class in all_subclasses(Event):
        table.setdefault(event_class.type_name, event_class)
    return table


def find_events_by_table() -> None:
    upstream: Callable[..., Any] = Event.resolve_by_type

    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        return _events_by_type().get(type_name) or upstream(type_name, default)

    Event.resolve_by_type = staticmethod(resolve_by_type)


def _copy_of_slot(self: Slot) -> Slot:
    same = object.__new__(type(self))
    same.__dict__.update(self.__dict__)
    return same


def copy_slots_at_once() -> None:
    Slot.__copy__ = _copy_of_slot


def keep_actions() -> None:
    """Remember the action object of each name; they hold nothing between runs but their name and the endpoint.

    Forms are made anew: they keep what a turn told them.
    """
    upstream = rasa_action.action_for_name_or_text

    def action_for_name_or_text(name: str, domain: Any, endpoint: Any) -> Any:
        kept: dict[Any, Any] = domain.__dict__.setdefault("_denghuo_actions", {})
        key = (name, id(endpoint))
        action = kept.get(key)
        if action is None:
            action = upstream(name, domain, endpoint)
            if not isinstance(action, rasa_forms.LoopAction):
                kept[key] = action
        return action

    rasa_action.action_for_name_or_text = action_for_name_or_text


def _silent_copy() -> types.SimpleNamespace:
    return types.SimpleNamespace(deepcopy=lambda value, memo=None: value)


# Modules in which every `copy.deepcopy` is an argument of a `structlogger.debug`; the test counts them.
COPIED_FOR_LOG_ONLY = (rasa_processor, rasa_rule_policy, rasa_memoization, rasa_forms)


def copy_nothing_for_hidden_log_lines() -> None:
    for module in COPIED_FOR_LOG_ONLY:
        module.copy = _silent_copy()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def look_for_text_rules_once() -> None:
    policy = rasa_rule_policy.RulePolicy
    upstream = policy._find_action_from_rules

    def has_text_rules(self: Any) -> bool:
        known = self.__dict__.get("_denghuo_has_text_rules")
        if known is None:
            keys = [key for name in RULE_LOOKUPS for key in self.lookup.get(name, {})]
            known = self.__dict__["_denghuo_has_text_rules"] = any('"text"' in key for key in keys)
        return bool(known)

    def find_action_from_rules(self: Any, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Any:
        if use_text_for_last_user_input and not has_text_rules(self):
            return None, None, False
        return upstream(self, tracker, domain, use_text_for_last_user_input)

    policy._find_action_from_rules = find_action_from_rules


RULE_LOOKUPS = (rasa_rule_policy.RULES, rasa_rule_policy.RULES_FOR_LOOP_UNHAPPY_PATH)


def trust_the_trained_domain() -> None:
    rasa_processor.MessageProcessor._check_for_unseen_features = lambda self, parse_data: None


def value_before(tracker: Any, slot: str) -> Any:
    """What the slot held before the customer's last sentence; None when nothing did."""
    said = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            said = True
        elif said and isinstance(event, SlotSet) and event.key == slot:
            return event.value
    return None


def keep_good_slot_values() -> None:
    upstream = rasa_forms.FormAction.validate_slots

    async def validate_slots(
        self: Any, slot_candidates: dict[str, Any], tracker: Any, domain: Any, output_channel: Any, nlg: Any
    ) -> list[Event]:
        checked = await upstream(self, slot_candidates, tracker, domain, output_channel, nlg)
        for event in checked:
            if isinstance(event, SlotSet) and event.value is None and event.key in slot_candidates:
                event.value = value_before(tracker, event.key)
        return checked

    rasa_forms.FormAction.validate_slots = validate_slots


ALL = (
    run_graph_in_a_line,
    check_actions_answer_once_built,
    call_actions,
    send_no_domain,
    find_events_by_table,
    copy_slots_at_once,
    keep_actions,
    copy_nothing_for_hidden_log_lines,
    look_for_text_rules_once,
    trust_the_trained_domain,
    keep_good_slot_values,
)
_applied: set[str] = set()


def apply() -> None:
    """Apply all of them, once a process."""
    for fix in ALL:
        if fix.__name__ not in _applied:
            fix()
            _applied.add(fix.__name__)


def apply_for_training() -> None:
    """Training needs only the quiet log; the rest is about turns."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


__all__ = ["ALL", "LinearGraphRunner", "apply", "apply_for_training"]
