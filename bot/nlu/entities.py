"""Rasa component: entities, with values as in domain/intents.md (`entity_reader.py`).

Runs after the classifier: some entities exist in some intents only, and a bare month is past or coming by what is
wanted.
"""

from __future__ import annotations

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import prepared_of
from bot.nlu.entity_reader import EntityReader
from bot.nlu.examples import Example
from bot.nlu.spans import Span
from kernel import clock

_FILE = "entities.joblib"


def _example(message: Message) -> Example:
    """With the values of annotations that have one of their own; Rasa gives the others their words."""
    text = message.get(TEXT)
    marked = tuple(
        Span(e["start"], e["end"], e["entity"], "" if e["value"] == text[e["start"] : e["end"]] else e["value"])
        for e in message.get(ENTITIES) or []
    )
    return Example(text, message.get(INTENT) or "", marked)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PowerEntities(GraphComponent, EntityExtractorMixin):
    def __init__(self, model_storage: ModelStorage, resource: Resource, reader: EntityReader) -> None:
        self._model_storage, self._resource, self.reader = model_storage, resource, reader

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PowerEntities:
        return cls(model_storage, resource, EntityReader())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PowerEntities:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, EntityReader.of_dict(joblib.load(folder / _FILE)))

    def train(self, training_data: TrainingData) -> Resource:
        messages = [m for m in training_data.nlu_examples if m.get(TEXT)]
        examples, prepared = [_example(m) for m in messages], [prepared_of(m) for m in messages]
        self.reader = EntityReader.learn(examples, prepared, clock.today())
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self.reader.as_dict(), folder / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        today = clock.today()
        for message in messages:
            text = message.get(TEXT)
            if text is None:
                continue
            intent = str((message.get(INTENT) or {}).get("name") or "")
            found = self.reader.read(prepared_of(message), intent, today)
            message.set(ENTITIES, [self._as_dict(span, text) for span in found], add_to_output=True)
        return messages

    def _as_dict(self, span: Span, text: str) -> dict[str, Any]:
        """Rasa's shape, plus `text`: the customer's own words."""
        return {
            "entity": span.entity,
            "start": span.start,
            "end": span.end,
            "value": span.value,
            "text": text[span.start : span.end],
            "extractor": type(self).__name__,
        }
