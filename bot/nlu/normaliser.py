"""Rasa component: makes the sentence plain and lets the grammar look at it, once for the whole chain."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.cleaning import cleaned
from bot.nlu.grammar import Found, find
from kernel import clock

PLAIN = "denghuo_plain"  # str as long as the text
FOUND = "denghuo_found"  # grammar.Found


def plain_of(message: Message) -> str:
    return message.get(PLAIN) or cleaned(message.get(TEXT) or "")


def found_of(message: Message) -> Found:
    return message.get(FOUND) or find(plain_of(message), clock.today())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """Leaves `text` as the customer wrote it; the plain one has the same length, so offsets hold in both."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Normaliser:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        today = clock.today()
        for message in messages:
            text = message.get(TEXT)
            if text is not None:
                plain = cleaned(text)
                message.set(PLAIN, plain)
                message.set(FOUND, find(plain, today))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
