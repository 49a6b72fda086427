"""Rasa component: the intent classifier, two readers in a cascade (`cascade.py`, `safety.py`).

Beside `intent` and `intent_ranking` a parse holds

- `requests`: `[{intent, text, confidence, start, end}]`, what is asked for, the most urgent first; usually one
- `clauses`: the same fields in the order they are said, where a sentence has two parts (an answer and a request too)

What is out of scope comes out as the intent `out_of_scope`, at a low confidence where another intent was likelier
(`stage.py`).
"""

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
from bot.nlu.prepared import Prepared
from bot.nlu.reader import parts_of_sentence, rank
from bot.nlu.requests import Part, in_order_of_urgency
from kernel import clock

_FILE = "intents.joblib"
RANKED = 10  # intents named in `intent_ranking`
REQUESTS = "requests"
CLAUSES = "clauses"


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
        self.model = learn([p.blocks for p in prepared], [p.meant for p in prepared], [m.get(INTENT) for m in messages])
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self.model.as_dict(), folder / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self.model is not None and message.get(TEXT) is not None:
                self._read(self.model, message)
        return messages

    @staticmethod
    def _read(model: Cascade, message: Message) -> None:
        prepared = prepared_of(message)
        ranking = rank(model, prepared)
        named = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: chance} for name, chance in ranking[:RANKED]]
        message.set(INTENT, named[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, named, add_to_output=True)
        parts = parts_of_sentence(model, prepared.plain, ranking[0], clock.today())
        requests = [_shown(part, prepared.text) for part in in_order_of_urgency(parts)]
        message.set(REQUESTS, requests, add_to_output=True)
        if len(parts) > 1:
            message.set(CLAUSES, [_shown(part, prepared.text) for part in parts], add_to_output=True)


def _shown(part: Part, text: str) -> dict[str, Any]:
    return {**part._asdict(), "text": text[part.start : part.end]}
