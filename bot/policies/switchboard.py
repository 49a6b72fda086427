"""The policy that asks `decisions` before Rasa's rules are asked."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData, confidence_scores_for
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.decisions import View, next_action

PRIORITY = 8  # above RulePolicy (6): what interrupts must not be outvoted


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class Switchboard(Policy):
    """Emergencies, digressions, parked tasks. It learns nothing and keeps nothing: all it knows are slots."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"priority": PRIORITY, "max_history": 1}

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.ML_AND_RULE_DATA

    def train(self, training_trackers: Any, domain: Domain, **kwargs: Any) -> Resource:
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Switchboard:
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        action = next_action(view_of(tracker))
        if action is None:
            return self._prediction(self._default_predictions(domain))
        # "No user prediction" is how Rasa ranks the run of an active form; anything less would lose against it.
        return self._prediction(confidence_scores_for(action, 1.0, domain), is_no_user_prediction=True)


def view_of(tracker: DialogueStateTracker) -> View:
    """What `decisions` looks at, out of Rasa's tracker."""
    said = tracker.latest_message
    metadata = (said.metadata if said is not None else None) or {}
    intent = (said.intent if said is not None else None) or {}
    text = (said.text if said is not None else "") or ""
    return View(
        kind=str(metadata.get("kind") or "text"),
        text=text.strip(),
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0),
        entities=frozenset(str(e.get("entity")) for e in (said.entities if said is not None else ())),
        clauses=metadata.get("clauses") or (),
        runner_up=_runner_up(said),
        last_action=tracker.latest_action_name or "action_listen",
        form=tracker.active_loop_name,
        asked=tracker.get_slot("requested_slot"),
        slots=_Slots(tracker),
    )


def _runner_up(said: Any) -> tuple[str, float]:
    ranking = ((said.parse_data if said is not None else None) or {}).get("intent_ranking") or ()
    second = next(iter(list(ranking)[1:]), None)
    return (str(second["name"]), float(second["confidence"])) if second else ("", 0.0)


class _Slots(dict):  # type: ignore[type-arg]
    """Slot values on demand: a turn looks at five of seventy."""

    def __init__(self, tracker: DialogueStateTracker) -> None:
        super().__init__()
        self._tracker = tracker

    def get(self, name: str, default: Any = None) -> Any:
        value = self._tracker.get_slot(name)
        return default if value is None else value
