"""Rasa component: the intent classifier, two readers in a cascade (`cascade.py`, `safety.py`)."""

from __future__ import annotations

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
    TEXT_TOKENS,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.cascade import Cascade, learn
from bot.nlu.embedding import embedder
from bot.nlu.normaliser import found_of, plain_of
from bot.nlu.reader import Prepared, rank

_FILE = "intents.joblib"
RANKED = 10  # intents named in `intent_ranking`


def prepared_of(message: Message) -> Prepared:
    """What the components before have left on the message, as `reader` wants it."""
    tokens = tuple((token.text, token.start) for token in message.get(TEXT_TOKENS) or [])
    return Prepared(message.get(TEXT) or "", plain_of(message), found_of(message), tokens)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CascadeClassifier(GraphComponent, IntentClassifier):
    def __init__(self, model_storage: ModelStorage, resource: Resource, model: Cascade | None = None) -> None:
        self._model_storage, self._resource, self.model = model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CascadeClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CascadeClassifier:
        if (engine := embedder()) is not None:
            engine.one("电")  # its file is read into memory now rather than in the first customer's turn
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Cascade.of_dict(joblib.load(folder / _FILE)))

    def train(self, training_data: TrainingData) -> Resource:
        messages = [m for m in training_data.intent_examples if m.get(TEXT)]
        prepared = [prepared_of(m) for m in messages]
        self.model = learn([p.blocks for p in prepared], [p.plain for p in prepared], [m.get(INTENT) for m in messages])
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self.model.as_dict(), folder / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self.model is not None and message.get(TEXT) is not None:
                ranking = [
                    {INTENT_NAME_KEY: n, PREDICTED_CONFIDENCE_KEY: c} for n, c in rank(self.model, prepared_of(message))
                ]
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking[:RANKED], add_to_output=True)
        return messages
