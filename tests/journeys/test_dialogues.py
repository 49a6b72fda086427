"""The fifty sample dialogues of the domain, D01 to D50, held with the running line on the sample's facts."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

talks = importlib.import_module("tests.support.talks")

if TYPE_CHECKING:
    from tests.support.line import RunningLine


@pytest.mark.line
@pytest.mark.parametrize("talk", talks.found_in(Path(__file__).parent / "dialogues", "*.yml"))
def test_the_dialogue_is_held(line: RunningLine, talk: dict[str, Any]) -> None:
    talks.hold(line, talk)
